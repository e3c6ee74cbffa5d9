package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Two walks of ten steps. That their files and methods exist is a matter of {@link LinksTest}. */
class WayOfAMessageTest {

  private final Page page = Page.at("docs/explanation/the-way-of-a-message.md");

  @Test
  void tenStepsOutAndTenIn() {
    assertThat(page.headings()).hasSize(3);
    List<String> steps =
        page.prose().stream().filter(line -> line.matches("\\d+\\. .*")).map(this::number).toList();
    assertThat(steps)
        .containsExactly(
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", //
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
  }

  @Test
  void bothWalksNameTheirFiles() {
    assertThat(page.links())
        .extracting(Page.Link::target)
        .anyMatch(target -> target.endsWith("/TransactionalOutbox.java"))
        .anyMatch(target -> target.endsWith("/CommitListener.java"))
        .anyMatch(target -> target.endsWith("/KafkaTransport.java"))
        .anyMatch(target -> target.endsWith("/Settler.java"))
        .anyMatch(target -> target.endsWith("/IdempotentListener.java"))
        .anyMatch(target -> target.endsWith("/JdbcConsumeStore.java"))
        .anyMatch(target -> target.endsWith("/FailureRecorder.java"));
  }

  private String number(String line) {
    return line.substring(0, line.indexOf('.'));
  }
}
