package io.outbox4j.testkit.server;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs and users of this system, looked for by name. */
final class Installed {

  private Installed() {}

  static Path folder(Path folder, String debianPackage) {
    if (!Files.isDirectory(folder)) {
      throw missing(folder.toString(), debianPackage);
    }
    return folder;
  }

  static Path program(String name, String debianPackage) {
    // Servers lie in sbin, which an ordinary user's PATH lacks.
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin:/usr/bin";
    return Stream.of(path.split(":"))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> missing(name, debianPackage));
  }

  static boolean userExists(String name) {
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerException missing(String what, String debianPackage) {
    return new ServerException(
        what + " is not installed: apt-get install --no-install-recommends " + debianPackage);
  }
}
