package io.outbox4j.send;

import java.time.Duration;

/**
 * A pause after a failure, twice as long after each that follows. All times are of the monotonic
 * clock, in nanoseconds. Guarded by its owner.
 */
final class Pause {

  private final long first;
  private final long longest;
  private int failures;
  private long end;

  Pause(Duration first, Duration longest) {
    this.first = first.toNanos();
    this.longest = longest.toNanos();
  }

  /** Something failed. Returns whether it had not failed the last time. */
  boolean begin(long now) {
    end = now + Math.min(longest, first << Math.min(10, failures));
    return failures++ == 0;
  }

  /** It did not fail. */
  void end() {
    failures = 0;
  }

  /** How much of the pause is left; zero or less when there is none. */
  long left(long now) {
    return failures == 0 ? 0 : end - now;
  }
}
