package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The library that MySQL is linked to. Newer distributions have it under another name, since its
 * 32-bit variant changed; on 64 bits it is the same.
 */
final class Libaio {

  static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"));

  private static final String WANTED = "libaio.so.1";
  private static final String RENAMED = "libaio.so.1t64";

  private Libaio() {}

  /**
   * The variables with which a child finds the library: none where it has its old name, or is not
   * there at all, which the child itself says best.
   *
   * @param folders where the system keeps libraries
   * @param links a folder of ours that gets a link of the old name to the library of the new one
   */
  static Map<String, String> environment(List<Path> folders, Path links) {
    if (find(folders, WANTED).isPresent()) {
      return Map.of();
    }
    return find(folders, RENAMED).map(library -> link(library, links)).orElse(Map.of());
  }

  private static Optional<Path> find(List<Path> folders, String name) {
    return folders.stream().map(folder -> folder.resolve(name)).filter(Files::exists).findFirst();
  }

  private static Map<String, String> link(Path library, Path links) {
    try {
      Files.createDirectories(links);
      Files.createSymbolicLink(links.resolve(WANTED), library);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String own = System.getenv("LD_LIBRARY_PATH");
    return Map.of("LD_LIBRARY_PATH", own == null ? links.toString() : links + ":" + own);
  }
}
