package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Page.CodeBlock;
import io.outbox4j.docs.Page.Heading;
import io.outbox4j.docs.Page.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

/** README.zh-CN.md says what README.md says, in the same places. */
class TwinReadmeTest {

  private final Page english = Page.at("README.md");
  private final Page chinese = Page.at("README.zh-CN.md");

  @Test
  void sameSections() {
    assertThat(chinese.headings())
        .extracting(Heading::level)
        .isEqualTo(english.headings().stream().map(Heading::level).toList());
  }

  @Test
  void sameCode() {
    assertThat(chinese.code())
        .extracting(CodeBlock::language, CodeBlock::snippet, CodeBlock::text)
        .isEqualTo(
            english.code().stream()
                .map(
                    block ->
                        org.assertj.core.groups.Tuple.tuple(
                            block.language(), block.snippet(), block.text()))
                .toList());
  }

  @Test
  void sameLinks() {
    assertThat(targets(chinese, "README.md")).isEqualTo(targets(english, "README.zh-CN.md"));
  }

  @Test
  void tablesOfTheSameShape() {
    assertThat(chinese.rows())
        .extracting(row -> row.cells().size())
        .isEqualTo(english.rows().stream().map(row -> row.cells().size()).toList());
  }

  private static List<String> targets(Page page, String twin) {
    return page.links().stream().map(Link::target).filter(target -> !target.equals(twin)).toList();
  }
}
