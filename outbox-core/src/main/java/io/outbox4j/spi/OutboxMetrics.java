package io.outbox4j.spi;

/**
 * Counts what happens. Called on whatever thread it happens, also inside transactions: must return
 * at once and never throw.
 */
public interface OutboxMetrics {

  /** Counts nothing. */
  OutboxMetrics NONE = new OutboxMetrics() {};

  /** Messages were committed with their transaction. */
  default void published(String transport, int count) {}

  /** The broker acknowledged messages. */
  default void sent(String transport, int count) {}

  /** The broker rejected a message; it will be tried again. */
  default void rejected(String transport) {}

  /** A message is dead. */
  default void dead(String transport) {}

  /** Messages could not be sent for want of the broker or their destination. */
  default void unavailable(String transport, int count) {}

  /** A message was consumed. */
  default void consumed(String consumerGroup) {}

  /** A message was recognised as a duplicate. */
  default void duplicate(String consumerGroup) {}

  /** A message's handler failed. */
  default void failed(String consumerGroup) {}

  /** Rows of a table were purged. */
  default void purged(String table, int count) {}

  /** A job ended with an exception. */
  default void jobFailed(String job) {}
}
