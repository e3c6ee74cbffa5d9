package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

  @Test
  void aTopicAlone() {
    assertThat(Destination.of("order-created")).isEqualTo(new Destination("order-created", null));
  }

  @Test
  void aTopicWithATag() {
    assertThat(Destination.of("order:created")).isEqualTo(new Destination("order", "created"));
  }

  @Test
  void aTagMayHoldColons() {
    assertThat(Destination.of("order:a:b")).isEqualTo(new Destination("order", "a:b"));
  }

  @Test
  void topicsMayHave127Characters() {
    assertThat(Destination.of("t".repeat(127) + ":tag").topic()).hasSize(127);
    refused("t".repeat(128));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "ä",
        "a.b",
        "a/b",
        "a\n",
        ":tag",
        "a:",
        "a: ",
        "a:b c",
        "a:*",
        "a:b||c",
        "a:\u0001",
        "SCHEDULE_TOPIC_XXXX",
        "%RETRY%points",
        "%DLQ%points"
      })
  void othersAreRefused(String text) {
    refused(text);
  }

  private static void refused(String text) {
    assertThatThrownBy(() -> Destination.of(text))
        .isInstanceOfSatisfying(
            MessageRefusedException.class,
            refused -> assertThat(refused.field()).isEqualTo("topic"));
  }
}
