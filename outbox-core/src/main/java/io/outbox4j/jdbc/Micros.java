package io.outbox4j.jdbc;

import java.time.Duration;

/** Durations in the databases' unit. Rounded down: a row's time is never later than asked for. */
final class Micros {

  /** A century: longer ones would leave the range of the databases' times. */
  private static final Duration MOST = Duration.ofDays(36_500);

  private Micros() {}

  static long of(Duration duration) {
    Duration bounded = duration.compareTo(MOST) > 0 ? MOST : duration;
    bounded = bounded.compareTo(MOST.negated()) < 0 ? MOST.negated() : bounded;
    return Math.floorDiv(bounded.toSeconds() * 1_000_000_000 + bounded.getNano(), 1_000);
  }

  static Duration duration(long micros) {
    return Duration.ofSeconds(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }
}
