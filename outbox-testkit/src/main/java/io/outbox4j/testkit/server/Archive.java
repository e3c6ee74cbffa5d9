package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/** Unpacks a compressed tar file that lies in a jar. */
final class Archive {

  private Archive() {}

  /**
   * Unpacks {@code entry} of {@code jar} into {@code folder} by the system's tar, which keeps links
   * and modes.
   *
   * @throws ServerException if the entry is missing or tar fails
   */
  static void unpack(Path jar, String entry, Path folder) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry found = zip.getEntry(entry);
      if (found == null) {
        throw new ServerException("no " + entry + " in " + jar);
      }
      Files.createDirectories(folder);
      try (InputStream packed = zip.getInputStream(found);
          InputStream tar =
              entry.endsWith("xz") ? new XZInputStream(packed) : new GZIPInputStream(packed)) {
        extract(tar, folder);
      }
    } catch (IOException e) {
      throw new ServerException("cannot unpack " + entry + " of " + jar, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("interrupted while unpacking " + jar, e);
    }
  }

  private static void extract(InputStream tar, Path folder)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("tar", "-x", "--no-same-owner", "-C", folder.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream input = process.getOutputStream()) {
      tar.transferTo(input);
    }
    if (process.waitFor() != 0) {
      throw new ServerException(
          "tar ended with exit code " + process.exitValue() + " in " + folder);
    }
  }
}
