package io.outbox4j.send;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A topic as this node knows it. One that has acknowledged a message is <i>proven</i>: its messages
 * travel in common batches. To any other goes one message at a time, apart, so that a topic which
 * is missing, and may block its sender, holds up nobody else's messages. One that is unavailable
 * backs off alone.
 *
 * <p>All times are of the monotonic clock, in nanoseconds. Guarded by the lane's lock.
 */
final class Destination {

  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

  /** Messages that wait for the result of the one that was sent ahead. */
  private final Queue<Held> waiting = new ArrayDeque<>();

  private boolean proven;
  private boolean trying;
  private long pause = FIRST_PAUSE;
  private long closedUntil;
  private @Nullable String reason;

  Queue<Held> waiting() {
    return waiting;
  }

  boolean isProven() {
    return proven;
  }

  /** Whether a message may go ahead alone. */
  boolean mayTry() {
    return !proven && !trying && !waiting.isEmpty();
  }

  /** Whether it was unavailable, and one message tries it again or is about to. */
  boolean isSuspect() {
    return reason != null && (trying || !waiting.isEmpty());
  }

  void tryStarted() {
    trying = true;
  }

  void tryEnded() {
    trying = false;
  }

  void acknowledged() {
    proven = true;
    reason = null;
    pause = FIRST_PAUSE;
  }

  /**
   * Backs off. Results that come while it does so already, of the same batch, do not count again.
   */
  void unavailable(long now, String why, double chance) {
    proven = false;
    if (reason != null && closedUntil - now > 0) {
      return;
    }
    reason = why;
    closedUntil = now + (long) (pause * (1 - 0.2 * chance));
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  }

  /** How long it takes no messages; zero or less when it may be tried. */
  long closedFor(long now) {
    return reason == null ? 0 : closedUntil - now;
  }

  @Nullable String reason() {
    return reason;
  }

  /** Whether it is unavailable and was not tried since a time. */
  boolean isForgotten(long since) {
    return reason != null && waiting.isEmpty() && !trying && closedUntil - since <= 0;
  }

  /** Whether nothing would be lost if this were forgotten, but the proof. */
  boolean isIdle() {
    return waiting.isEmpty() && !trying && reason == null;
  }
}
