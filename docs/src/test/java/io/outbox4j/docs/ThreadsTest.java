package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about threads names every one that the library starts, and no other. */
class ThreadsTest {

  private static final Pattern NAME = Pattern.compile("\"(outbox-[a-z-]*[a-z])-?\"");
  private static final Pattern NAMED = Pattern.compile("`(outbox-[a-z-]*[a-z])(-<\\w+>)?`");

  /** What looks like a thread's name is one, but for the name of the inbox's transactions. */
  private static final String TRANSACTION = "outbox-inbox";

  @Test
  void everyThreadIsNamed() {
    Set<String> named =
        Page.at("docs/explanation/concurrency.md").rows().stream()
            .flatMap(row -> NAMED.matcher(row.cells().get(0)).results())
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(inSources());
  }

  private static Set<String> inSources() {
    return Sources.ofTheLibrary().stream()
        .flatMap(file -> Page.lines(file).stream())
        .flatMap(line -> NAME.matcher(line).results())
        .map(match -> match.group(1))
        .filter(name -> !name.equals(TRANSACTION))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
