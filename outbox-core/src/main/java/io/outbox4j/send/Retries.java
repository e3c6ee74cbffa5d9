package io.outbox4j.send;

import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult.Rejected;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when rejected messages are tried again.
 *
 * @param policies chooses the policy of a message; never throws
 * @param usual the policy of messages for which none is chosen
 * @param clock the wall clock that the age of messages is told by
 */
record Retries(RetryPolicies policies, RetryPolicy usual, InstantSource clock) {

  /**
   * The pause before the next attempt, or null when this was the last. Asks the application: to be
   * called without a lock.
   */
  @Nullable Duration pauseAfter(Held held, Rejected rejected, String transport) {
    OutgoingMessage message = held.row().message();
    RetryPolicy chosen = policies.of(transport, message.topic(), rejected.error());
    RetryPolicy policy = chosen == null ? usual : chosen;
    int attempts = held.attempts() + 1;
    Duration age = Duration.between(message.created(), clock.instant());
    return policy.isFinal(attempts, age, rejected.error())
        ? null
        : policy.pauseAfter(attempts, ThreadLocalRandom.current().nextDouble());
  }
}
