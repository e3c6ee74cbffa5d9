package io.outbox4j;

import java.time.Duration;

/**
 * How messages are sent.
 *
 * @param grace how long the publisher alone may send a message from memory; what is unsent by then
 *     is sent by the compensator. Counted by the database's clock
 * @param lease how long a node that claimed a row may send it before others may claim it
 * @param pollInterval the longest pause between two looks for due rows
 * @param batchSize the most messages handed to a transport at once
 * @param batchesInFlight the most batches a transport works on at once
 * @param roomMessages the most messages of a transport in memory, but for one batch that is being
 *     fetched; more are left in the table and fetched when there is room
 * @param roomBytes the most bytes of messages of a transport in memory
 * @param retry what happens to messages that the broker rejects
 * @param shutdownLimit how long a shutdown waits for messages that are on their way
 */
public record SendSettings(
    Duration grace,
    Duration lease,
    Duration pollInterval,
    int batchSize,
    int batchesInFlight,
    int roomMessages,
    long roomBytes,
    RetryPolicy retry,
    Duration shutdownLimit) {

  /**
   * Grace and lease 1 minute, poll 5 s, 500 messages a batch, 4 batches in flight, room for 10,000
   * messages and 32 MiB, {@link RetryPolicy#ofDefaults()}, shutdown within 20 s.
   */
  public static SendSettings ofDefaults() {
    return new SendSettings(
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(5),
        500,
        4,
        10_000,
        32 << 20,
        RetryPolicy.ofDefaults(),
        Duration.ofSeconds(20));
  }

  /** The same with another grace. */
  public SendSettings withGrace(Duration grace) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with another lease. */
  public SendSettings withLease(Duration lease) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with another poll interval. */
  public SendSettings withPollInterval(Duration pollInterval) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with other batches. */
  public SendSettings withBatches(int batchSize, int batchesInFlight) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with other room. */
  public SendSettings withRoom(int roomMessages, long roomBytes) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with another retry policy. */
  public SendSettings withRetry(RetryPolicy retry) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }

  /** The same with another limit for the shutdown. */
  public SendSettings withShutdownLimit(Duration shutdownLimit) {
    return new SendSettings(
        grace,
        lease,
        pollInterval,
        batchSize,
        batchesInFlight,
        roomMessages,
        roomBytes,
        retry,
        shutdownLimit);
  }
}
