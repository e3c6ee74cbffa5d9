package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibaioTest {

  @TempDir private Path folder;
  private Path system;
  private Path links;

  @BeforeEach
  void folders() throws IOException {
    system = Files.createDirectory(folder.resolve("system"));
    links = folder.resolve("links");
  }

  @Test
  void theOldNameNeedsNothing() throws IOException {
    Files.createFile(system.resolve("libaio.so.1"));
    Files.createFile(system.resolve("libaio.so.1t64"));

    assertThat(Libaio.environment(List.of(folder, system), links)).isEmpty();
    assertThat(links).doesNotExist();
  }

  @Test
  void theNewNameIsLinkedForTheChildAlone() throws IOException {
    Path library = Files.createFile(system.resolve("libaio.so.1t64"));

    assertThat(Libaio.environment(List.of(folder, system), links).get("LD_LIBRARY_PATH"))
        .startsWith(links.toString());
    assertThat(links.resolve("libaio.so.1").toRealPath()).isEqualTo(library.toRealPath());
    assertThat(system.resolve("libaio.so.1")).doesNotExist();
  }

  @Test
  void whereThereIsNoneTheChildSaysSo() {
    assertThat(Libaio.environment(List.of(system), links)).isEmpty();
  }
}
