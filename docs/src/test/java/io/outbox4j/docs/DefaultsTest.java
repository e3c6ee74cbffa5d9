package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.InboxSettings;
import io.outbox4j.PurgeSettings;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pages state defaults as numbers: here are the ones they state. */
class DefaultsTest {

  @Test
  void sending() {
    assertThat(SendSettings.ofDefaults())
        .isEqualTo(
            new SendSettings(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                500,
                4,
                10_000,
                32 << 20,
                new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofMinutes(5), 2, 0.2),
                Duration.ofSeconds(20)));
  }

  @Test
  void consuming() {
    assertThat(InboxSettings.ofDefaults())
        .isEqualTo(new InboxSettings(Duration.ofSeconds(10), false));
  }

  @Test
  void purging() {
    assertThat(PurgeSettings.ofDefaults())
        .isEqualTo(
            new PurgeSettings(
                Duration.ofDays(7),
                Duration.ofDays(30),
                Duration.ofMinutes(10),
                1_000,
                Duration.ofMillis(100)));
  }
}
