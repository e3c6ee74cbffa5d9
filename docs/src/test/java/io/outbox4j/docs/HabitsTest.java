package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.TransportContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every module keeps every habit. A module is found by its sources: a new one needs no line here.
 */
class HabitsTest {

  /** Where a module has its sources, and where the build puts their classes. */
  private static final Map<String, String> CLASSES_OF =
      Map.of("src/main/java", "target/classes", "src/test/java", "target/test-classes");

  @TestFactory
  Stream<DynamicContainer> everyModuleKeepsThem() throws IOException {
    return modules().stream().map(HabitsTest::keepsThem);
  }

  @Test
  void theLibraryIsSeen() throws IOException {
    assertThat(modules())
        .extracting(module -> module.getFileName().toString())
        .contains("outbox-core", "outbox-kafka", "outbox-spring-starter", "outbox-testkit", "docs");
  }

  /** It fails when a transport of its module has no contract. */
  @Test
  void everyModuleWithATransportAsksForItsContract() throws IOException {
    List<String> asking = new ArrayList<>();
    for (Path module : modules()) {
      JavaClasses code = new ClassFileImporter().importPaths(compiled(module));
      boolean hasTransport =
          code.stream()
              .filter(type -> isOfMain(module, type))
              .anyMatch(type -> !type.isInterface() && type.isAssignableTo(Transport.class));
      if (hasTransport) {
        assertThat(code.stream().filter(type -> type.isAssignableTo(TransportContract.class)))
            .as("contracts in " + module)
            .isNotEmpty();
        assertThat(code.stream().map(JavaClass::getSimpleName))
            .as("tests of " + module)
            .contains("TransportsAreTestedTest");
        asking.add(module.getFileName().toString());
      }
    }
    assertThat(asking).contains("outbox-kafka", "outbox-rabbit", "outbox-rocketmq");
  }

  private static boolean isOfMain(Path module, JavaClass type) {
    String main = module.resolve("target/classes").toUri().toString();
    return type.getSource()
        .filter(source -> source.getUri().toString().startsWith(main))
        .isPresent();
  }

  private static DynamicContainer keepsThem(Path module) {
    JavaClasses code =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("/fixture/"))
            .importPaths(compiled(module));
    return dynamicContainer(
        module.getFileName().toString(),
        Stream.of(Habits.values())
            .map(habit -> dynamicTest(habit.name(), () -> habit.rule.check(code))));
  }

  private static List<Path> compiled(Path module) {
    List<Path> folders =
        CLASSES_OF.keySet().stream()
            .filter(sources -> Files.isDirectory(module.resolve(sources)))
            .map(sources -> module.resolve(CLASSES_OF.get(sources)))
            .toList();
    assertThat(folders)
        .as("is it compiled? build it together with this module")
        .allSatisfy(folder -> assertThat(folder).isNotEmptyDirectory());
    return folders;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(Page.root())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .filter(folder -> Files.isDirectory(folder.resolve("src")))
          .sorted()
          .toList();
    }
  }
}
