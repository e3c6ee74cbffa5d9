package io.outbox4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Java that runs in applications. */
final class Sources {

  private Sources() {}

  static List<Path> ofTheLibrary() {
    return Stream.of(
            "outbox-core",
            "outbox-kafka",
            "outbox-rabbit",
            "outbox-rocketmq",
            "outbox-spring-starter")
        .flatMap(module -> in(Page.root().resolve(module).resolve("src/main/java")))
        .toList();
  }

  private static Stream<Path> in(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
