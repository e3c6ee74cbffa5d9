package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about locks names every class that has a lock or a monitor, and no other. */
class LocksTest {

  /** In code, not in a comment. */
  private static final Pattern LOCK =
      Pattern.compile("^[^*/]*\\b(synchronized\\b|new (\\w*Lock|Semaphore)\\()");

  private static final Pattern FILE = Pattern.compile("]\\(\\.\\./\\.\\./(\\S+\\.java)\\)");

  @Test
  void everyLockIsNamed() {
    Set<String> named =
        Page.at("docs/explanation/concurrency.md").rows().stream()
            .filter(row -> row.heading().equals("Locks"))
            .flatMap(row -> FILE.matcher(row.cells().get(1)).results())
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(inSources());
  }

  private static Set<String> inSources() {
    return Sources.ofTheLibrary().stream()
        .filter(LocksTest::hasALock)
        .map(file -> Page.root().relativize(file).toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean hasALock(Path file) {
    return Page.lines(file).stream().anyMatch(line -> LOCK.matcher(line).find());
  }
}
