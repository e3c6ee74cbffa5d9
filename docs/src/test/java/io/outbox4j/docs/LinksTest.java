package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Page.Heading;
import io.outbox4j.docs.Page.Link;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links within the repository lead to a file, a heading of it, a member of it. */
class LinksTest {

  @Test
  void filesExist() {
    assertThat(broken((page, link) -> Files.exists(target(page, link)))).isEmpty();
  }

  @Test
  void headingsExist() {
    assertThat(broken(LinksTest::headingExists)).isEmpty();
  }

  /** {@code [Lane.offer](../Lane.java)} names a member of that file. */
  @Test
  void namedMembersExist() {
    assertThat(broken(LinksTest::memberExists)).isEmpty();
  }

  @Test
  void theIndexNamesEveryPage() {
    Page index = Page.at("docs/README.md");
    Set<Path> named =
        index.links().stream().map(link -> target(index, link)).collect(Collectors.toSet());
    assertThat(Page.all())
        .extracting(Page::file)
        .filteredOn(file -> file.startsWith(index.file().getParent()))
        .filteredOn(file -> !file.equals(index.file()))
        .isSubsetOf(named);
  }

  private static boolean headingExists(Page page, Link link) {
    int hash = link.target().indexOf('#');
    Path file = target(page, link);
    return hash < 0
        || !Files.exists(file)
        || Page.at(Page.root().relativize(file).toString()).headings().stream()
            .map(Heading::anchor)
            .anyMatch(link.target().substring(hash + 1)::equals);
  }

  private static boolean memberExists(Page page, Link link) {
    Path file = target(page, link);
    String text = link.text().replace("`", "");
    if (!link.target().endsWith(".java") || !Files.exists(file) || text.equals("package")) {
      return true;
    }
    String[] parts = text.split("\\.", 2);
    return file.endsWith(parts[0] + ".java")
        && (parts.length == 1
            || Page.lines(file).stream()
                .anyMatch(line -> line.matches(".*\\b" + parts[1] + "\\(.*")));
  }

  private static Stream<String> broken(BiPredicate<Page, Link> leadsSomewhere) {
    return Page.all().stream()
        .flatMap(
            page ->
                page.links().stream()
                    .filter(link -> !link.target().matches("(https?|mailto):.*"))
                    .filter(link -> !leadsSomewhere.test(page, link))
                    .map(link -> page.name() + ": [" + link.text() + "](" + link.target() + ")"));
  }

  private static Path target(Page page, Link link) {
    String path = link.target().replaceFirst("#.*", "");
    return path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
  }
}
