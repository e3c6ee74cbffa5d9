package io.outbox4j.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final Instant CREATED = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration USUAL = Duration.ofSeconds(1);
  private static final Duration OTHER = Duration.ofSeconds(2);

  @Test
  void theChosenPolicyCountsElseTheUsualOne() {
    RetryPolicies some =
        (transport, topic, error) ->
            transport.equals("main") && topic.equals("a") && "E".equals(error)
                ? RetryPolicy.fixed(OTHER).withJitter(0)
                : null;
    assertThat(pause(some, "main", "a", 0, "E", CREATED)).isEqualTo(OTHER);
    assertThat(pause(some, "other", "a", 0, "E", CREATED)).isEqualTo(USUAL);
    assertThat(pause(some, "main", "b", 0, "E", CREATED)).isEqualTo(USUAL);
    assertThat(pause(some, "main", "a", 0, null, CREATED)).isEqualTo(USUAL);
  }

  @Test
  void thisRejectionIsCounted() {
    RetryPolicies two = (transport, topic, error) -> RetryPolicy.fixed(OTHER).withMaxAttempts(2);
    assertThat(pause(two, "main", "a", 0, null, CREATED)).isNotNull();
    assertThat(pause(two, "main", "a", 1, null, CREATED)).isNull();
  }

  @Test
  void aFinalErrorIsTheLast() {
    RetryPolicies picky =
        (transport, topic, error) -> RetryPolicy.fixed(OTHER).withFinalErrors("E");
    assertThat(pause(picky, "main", "a", 0, "E", CREATED)).isNull();
    assertThat(pause(picky, "main", "a", 0, "F", CREATED)).isNotNull();
  }

  @Test
  void theAgeIsCountedFromThePublication() {
    RetryPolicies minute =
        (transport, topic, error) -> RetryPolicy.fixed(OTHER).withMaxAge(Duration.ofMinutes(1));
    assertThat(pause(minute, "main", "a", 1, null, CREATED.plusSeconds(59))).isNotNull();
    assertThat(pause(minute, "main", "a", 1, null, CREATED.plusSeconds(60))).isNull();
  }

  private static @Nullable Duration pause(
      RetryPolicies policies,
      String transport,
      String topic,
      int attempts,
      @Nullable String error,
      Instant now) {
    Retries retries = new Retries(policies, RetryPolicy.fixed(USUAL).withJitter(0), () -> now);
    OutgoingMessage message =
        new OutgoingMessage(
            UUID.randomUUID(), "test", topic, null, null, null, "t", null, Map.of(), null, CREATED);
    ClaimedRow row = new ClaimedRow(new SendRow(message, transport, true), 1, 0, attempts);
    Held held = Held.claimed(row, 0, Duration.ofMinutes(1), Duration.ofSeconds(1));
    return retries.pauseAfter(held, new Rejected(error, "reason"), transport);
  }
}
