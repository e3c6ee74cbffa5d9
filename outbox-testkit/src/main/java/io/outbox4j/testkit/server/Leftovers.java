package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What must be gone when this JVM ends: first the processes, then their folders. */
final class Leftovers {

  private static final Set<ChildProcess> PROCESSES = ConcurrentHashMap.newKeySet();
  private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(Leftovers::removeAll, "outbox-testkit-leftovers"));
  }

  private Leftovers() {}

  static void killAtExit(ChildProcess process) {
    PROCESSES.add(process);
  }

  static void forget(ChildProcess process) {
    PROCESSES.remove(process);
  }

  /** A new folder below the temporary folder, deleted at the end of this JVM. */
  static Path folder(String name) {
    try {
      Path folder = Files.createTempDirectory("outbox4j-" + name + "-");
      FOLDERS.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FOLDERS.remove(folder);
  }

  private static void removeAll() {
    PROCESSES.forEach(ChildProcess::killNow);
    for (Path folder : FOLDERS) {
      try {
        delete(folder);
      } catch (UncheckedIOException e) {
        System.err.println("Cannot delete " + folder + ": " + e.getMessage());
      }
    }
  }

  /** Passes over files that a dying process deletes at the same time. */
  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
