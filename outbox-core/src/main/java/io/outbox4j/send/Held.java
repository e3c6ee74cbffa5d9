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
 * @param handOverBy the last moment, by the monotonic clock, at which it may be handed to the
 *     transport: an answer then still comes before the lease ends
 * @param leaseEnd when, by the monotonic clock, the row no longer belongs to this node
 */
record Held(
    SendRow row, int claims, int attempts, boolean inDoubt, long handOverBy, long leaseEnd) {

  /** Holds a row whose INSERT, at the start, was its publisher's claim. */
  static Held born(SendRow row, int claims, long start, Duration grace, Duration sendLimit) {
    return from(row, claims, 0, false, start, grace, sendLimit);
  }

  /** Holds a row whose claim was issued at the start. */
  static Held claimed(ClaimedRow row, long start, Duration lease, Duration sendLimit) {
    boolean inDoubt = row.inDoubt() && !row.row().retry();
    return from(row.row(), row.claims(), row.attempts(), inDoubt, start, lease, sendLimit);
  }

  /** The start is earlier than the database's clock says, never later. */
  private static Held from(
      SendRow row,
      int claims,
      int attempts,
      boolean inDoubt,
      long start,
      Duration lease,
      Duration sendLimit) {
    long end = start + lease.toNanos();
    long margin = lease.toNanos() / 20;
    return new Held(row, claims, attempts, inDoubt, end - sendLimit.toNanos() - margin, end);
  }

  String topic() {
    return row.message().topic();
  }

  int size() {
    return row.message().size();
  }

  boolean isOrdered() {
    return row.line() != null;
  }

  /** The line of an ordered row. */
  Line line() {
    return Objects.requireNonNull(row.line());
  }
}
