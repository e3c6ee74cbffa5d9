package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeliveriesTest {

  private static final Map<String, Integer> PUBLISHED = Map.of("k1", 3, "k2", 1);

  @Test
  void aRepeatedMessageIsNoFault() {
    Deliveries deliveries = Deliveries.of(List.of("k1:1", "k2:1", "k1:2", "k1:1", "k1:3", "k1:3"));

    assertThat(deliveries.wrong(PUBLISHED)).isEmpty();
    assertThat(deliveries.repeats()).isEqualTo(2);
  }

  @Test
  void aMessageThatCameTooEarlyIs() {
    Deliveries deliveries = Deliveries.of(List.of("k1:1", "k1:3", "k1:2", "k1:3", "k2:1"));

    assertThat(deliveries.wrong(PUBLISHED))
        .isEqualTo(Map.of("k1", "after 1 came [3, 2]; of 3 are missing []"));
  }

  @Test
  void aMessageThatNeverCameIs() {
    assertThat(Deliveries.of(List.of("k1:1", "k1:2")).wrong(PUBLISHED))
        .containsOnlyKeys("k1", "k2");
  }

  @Test
  void aMessageThatWasNeverCommittedIs() {
    assertThat(Deliveries.of(List.of("k1:1", "k1:2", "k1:3", "k2:1", "k2:2")).wrong(PUBLISHED))
        .containsOnlyKeys("k2");
  }
}
