package io.outbox4j.send;

import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.SendRow;
import java.time.Duration;
import java.util.Objects;

/**
 * A row that this node holds in memory and may send.
 *
 * @param row the row
 * @param claims the fence of its negative outcomes
 * @param attempts the rejections so far
 * @param inDoubt whether it may be sent once only, and an earlier claim of it ended in the dark
 * @param expired whether its time was over when it was claimed
 * @param handOverBy the last moment, by the monotonic clock, at which it may be handed to the
 *     transport: an answer then still comes before the lease ends
 * @param leaseEnd when, by the monotonic clock, the row no longer belongs to this node
 */
record Held(
    SendRow row,
    int claims,
    int attempts,
    boolean inDoubt,
    boolean expired,
    long handOverBy,
    long leaseEnd) {

  /** Holds a row whose INSERT, at the start, was its publisher's claim. */
  static Held born(SendRow row, int claims, long start, Duration grace, Duration sendLimit) {
    long sendable = sendable(grace, sendLimit);
    return new Held(row, claims, 0, false, false, start + sendable, start + grace.toNanos());
  }

  /** Holds a row whose claim was issued at the start. */
  static Held claimed(ClaimedRow row, long start, Duration lease, Duration sendLimit) {
    boolean inDoubt = row.inDoubt() && !row.row().retry();
    Duration expiresIn = row.expiresIn();
    boolean expired = expiresIn != null && expiresIn.compareTo(Duration.ZERO) <= 0;
    long sendable = sendable(lease, sendLimit);
    if (expiresIn != null && !expired && expiresIn.compareTo(lease) < 0) {
      // Then it is let go, and the next claim, by the database's clock, finds it expired.
      sendable = Math.min(sendable, expiresIn.toNanos());
    }
    return new Held(
        row.row(),
        row.claims(),
        row.attempts(),
        inDoubt,
        expired,
        start + sendable,
        start + lease.toNanos());
  }

  /**
   * How long after the start a row may be handed over. The start is earlier than the database's
   * clock says, never later.
   */
  private static long sendable(Duration lease, Duration sendLimit) {
    return lease.toNanos() - sendLimit.toNanos() - lease.toNanos() / 20;
  }

  String topic() {
    return row.message().topic();
  }

  int size() {
    return row.message().size();
  }

  /** Whether it is too late to hand it over. */
  boolean isLate(long now) {
    return handOverBy - now <= 0;
  }

  /** Whether it is not sent any more. */
  boolean isOver() {
    return inDoubt || expired;
  }

  boolean isOrdered() {
    return row.line() != null;
  }

  /** The line of an ordered row. */
  Line line() {
    return Objects.requireNonNull(row.line());
  }
}
