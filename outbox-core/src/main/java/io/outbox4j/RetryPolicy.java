package io.outbox4j;

import java.time.Duration;

/**
 * How often, and after which pauses, a message that the broker rejects is tried again. Outages
 * spend no attempt: they are not the message's fault.
 *
 * @param maxAttempts how many rejections make a message dead, at least 1
 * @param firstPause the pause after the first rejection
 * @param maxPause the longest pause
 * @param factor what each pause is multiplied by to get the next, at least 1
 * @param jitter the part of a pause that is left to chance, 0 (none) to 1 (all of it)
 */
public record RetryPolicy(
    int maxAttempts, Duration firstPause, Duration maxPause, double factor, double jitter) {

  /** Checks the values. */
  public RetryPolicy {
    require(maxAttempts >= 1, "maxAttempts must be at least 1, but is " + maxAttempts);
    require(!firstPause.isNegative(), "firstPause must not be negative, but is " + firstPause);
    require(
        maxPause.compareTo(firstPause) >= 0,
        "maxPause must be at least firstPause (" + firstPause + "), but is " + maxPause);
    require(factor >= 1, "factor must be at least 1, but is " + factor);
    require(jitter >= 0 && jitter <= 1, "jitter must be between 0 and 1, but is " + jitter);
  }

  /** Ten attempts; pauses of 1 s, doubled up to 5 minutes, a fifth of each left to chance. */
  public static RetryPolicy ofDefaults() {
    return new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofMinutes(5), 2, 0.2);
  }

  /** The same policy with another limit. */
  public RetryPolicy withMaxAttempts(int maxAttempts) {
    return new RetryPolicy(maxAttempts, firstPause, maxPause, factor, jitter);
  }

  /**
   * The pause before the next attempt.
   *
   * @param attempts the rejections so far, at least 1
   * @param chance a random number from 0 (inclusive) to 1 (exclusive)
   */
  public Duration pauseAfter(int attempts, double chance) {
    double full =
        Math.min(maxPause.toMillis(), firstPause.toMillis() * Math.pow(factor, attempts - 1));
    return Duration.ofMillis(Math.round(full * (1 - jitter * chance)));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
