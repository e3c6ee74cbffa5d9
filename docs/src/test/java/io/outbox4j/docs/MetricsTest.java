package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about metrics names those of the starter, all and no other. */
class MetricsTest {

  private static final Pattern NAME = Pattern.compile("\"(outbox\\.[a-z.]+)\"");
  private static final Path SOURCES =
      Page.root().resolve("outbox-spring-starter/src/main/java/io/outbox4j/spring/actuate");

  @Test
  void allAndNoOther() {
    Set<String> named =
        Page.at("docs/reference/metrics.md").rows().stream()
            .map(row -> row.cells().get(0).replace("`", ""))
            .filter(name -> name.startsWith("outbox."))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(inSources());
  }

  private static Set<String> inSources() {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .flatMap(file -> Page.lines(file).stream())
          .flatMap(line -> NAME.matcher(line).results())
          .map(match -> match.group(1))
          .filter(name -> !name.equals("outbox.enabled"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
