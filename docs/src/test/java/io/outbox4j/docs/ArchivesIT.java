package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The archives of one commit are the same whenever they are built: their entries carry the time
 * that the parent names, in the order of their names.
 */
class ArchivesIT {

  private static final String STAMP = "project.build.outputTimestamp";

  @TestFactory
  Stream<DynamicTest> entriesAreReproducible() throws IOException {
    return archives().stream()
        .map(
            archive ->
                DynamicTest.dynamicTest(
                    archive.getFileName().toString(), () -> checkEntries(archive)));
  }

  @Test
  void theArchivesOfTheLibraryAreSeen() throws IOException {
    assertThat(archives())
        .extracting(archive -> archive.getFileName().toString())
        .anyMatch(name -> name.matches("outbox-core-.*-sources\\.jar"))
        .anyMatch(name -> name.startsWith("outbox-spring-starter-"));
  }

  private static void checkEntries(Path archive) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      assertThat(entries).extracting(ZipEntry::getTimeLocal).containsOnly(stamp());
      assertThat(entries)
          .extracting(ZipEntry::getName)
          .filteredOn(name -> name.endsWith(".class") || name.endsWith(".java"))
          .isSorted();
    }
  }

  private static LocalDateTime stamp() {
    return Page.lines(Page.root().resolve("pom.xml")).stream()
        .filter(line -> line.contains("<" + STAMP + ">"))
        .map(line -> line.replaceAll("<[^>]*>", "").strip())
        .map(text -> OffsetDateTime.parse(text).atZoneSameInstant(ZoneOffset.UTC))
        .findFirst()
        .orElseThrow(() -> new AssertionError(STAMP + " is not in the parent"))
        .toLocalDateTime();
  }

  private static List<Path> archives() throws IOException {
    try (Stream<Path> modules = Files.list(Page.root())) {
      return modules
          .filter(module -> module.getFileName().toString().startsWith("outbox-"))
          .map(module -> module.resolve("target"))
          .filter(Files::isDirectory)
          .flatMap(ArchivesIT::jarsIn)
          .sorted()
          .toList();
    }
  }

  private static Stream<Path> jarsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
