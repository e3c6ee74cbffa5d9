package io.outbox4j.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutgoingTest {

  private static final long START = System.nanoTime();

  private final Outgoing outgoing = new Outgoing(10, 1_000);

  @Test
  void destinationsThatNobodyTriesAnyMoreTakeNoRoom() {
    fill("old", START);
    long later = START + Duration.ofMinutes(20).toNanos();
    fill("new", later);
    outgoing.unavailable("last", "no topic", later, 0);
    assertThat(outgoing.unavailable(START)).hasSize(10_001).doesNotContainKey("old-0");
  }

  @Test
  void destinationsThatAreTriedOnceInAWhileStayKnown() {
    fill("known", START);
    long later = START + Duration.ofMinutes(2).toNanos();
    outgoing.unavailable("last", "no topic", later, 0);
    assertThat(outgoing.unavailable(later)).hasSize(10_001);
  }

  private void fill(String name, long now) {
    for (int i = 0; i < 10_000; i++) {
      outgoing.unavailable(name + "-" + i, "no topic", now, 0);
    }
  }
}
