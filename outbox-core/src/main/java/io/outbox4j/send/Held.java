package io.outbox4j.send;

import io.outbox4j.spi.SendRow;
import java.time.Duration;

/**
 * A row that this node holds in memory and may send.
 *
 * @param row the row
 * @param claims the fence of its negative outcomes
 * @param attempts the rejections so far
 * @param handOverBy the last moment, by the monotonic clock, at which it may be handed to the
 *     transport: an answer then still comes before the lease ends
 * @param leaseEnd when, by the monotonic clock, the row no longer belongs to this node
 */
record Held(SendRow row, int claims, int attempts, long handOverBy, long leaseEnd) {

  /**
   * Holds a row whose lease began when its INSERT or claim was about to be issued: earlier than the
   * database's clock says, never later.
   */
  static Held from(
      SendRow row, int claims, int attempts, long start, Duration lease, Duration sendLimit) {
    long end = start + lease.toNanos();
    long margin = lease.toNanos() / 20;
    return new Held(row, claims, attempts, end - sendLimit.toNanos() - margin, end);
  }

  String topic() {
    return row.message().topic();
  }

  int size() {
    return row.message().size();
  }
}
