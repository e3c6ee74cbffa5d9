package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Page.CodeBlock;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every Java block of every page is a region of a source that the build compiles, or, without a
 * region's name, all of a source but its imports.
 */
class SnippetsTest {

  private static final Path SOURCES =
      Page.root().resolve("docs/src/test/java/io/outbox4j/docs/snippet");

  @TestFactory
  Stream<DynamicTest> javaIsCompiled() {
    return Page.all().stream()
        .flatMap(
            page ->
                page.code().stream()
                    .filter(block -> block.language().equals("java"))
                    .map(
                        block ->
                            DynamicTest.dynamicTest(
                                page.name() + ":" + block.line(), () -> check(page, block))));
  }

  private static void check(Page page, CodeBlock block) {
    String where = page.name() + ":" + block.line();
    assertThat(block.snippet()).as("the snippet named before " + where).isNotNull();
    String[] place = Objects.requireNonNull(block.snippet()).split("#", 2);
    List<String> source = Page.lines(file(place[0]));
    assertThat(block.text())
        .as(where)
        .isEqualTo(place.length == 1 ? type(source) : region(source, place[1]));
  }

  private static Path file(String name) {
    return name.startsWith("examples/") ? Page.root().resolve(name) : SOURCES.resolve(name);
  }

  /** All but the package and the imports. */
  private static String type(List<String> source) {
    return String.join("\n", source.subList(indexOfJavadoc(source), source.size())) + "\n";
  }

  private static int indexOfJavadoc(List<String> source) {
    return IntStream.range(0, source.size())
        .filter(i -> source.get(i).startsWith("/**"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no type has a Javadoc"));
  }

  /** The lines of a region, moved to the left edge. */
  private static String region(List<String> source, String name) {
    int start = indexOf(source, "// snippet: " + name, 0);
    List<String> lines = source.subList(start + 1, indexOf(source, "// end", start));
    int indent =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream()
        .map(line -> line.isBlank() ? "" : line.substring(indent))
        .collect(Collectors.joining("\n", "", "\n"))
        .strip()
        .concat("\n");
  }

  private static int indexOf(List<String> source, String comment, int from) {
    for (int i = from; i < source.size(); i++) {
      if (source.get(i).strip().equals(comment)) {
        return i;
      }
    }
    throw new AssertionError("no line is: " + comment);
  }
}
