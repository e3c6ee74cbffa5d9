package io.outbox4j;

/**
 * Lets a received message take effect once per consumer group, however often it is delivered.
 *
 * <p>The message's row in {@code message_consume} and the handler's business change are one
 * transaction: both are there, or neither. Implementations are safe for use by any number of
 * threads.
 */
public interface Inbox {

  /**
   * Runs the handler, unless this message was consumed before.
   *
   * <p>Joins the Spring transaction that is active on the calling thread, or opens one. A failure
   * is recorded with its error in a transaction of its own, after the failed one has ended.
   *
   * @param message what was received
   * @param handler the business change; runs inside the transaction, on the calling thread
   * @return what became of the message
   * @throws InProgressElsewhereException when the same message was still being handled by somebody
   *     else at the end of the wait (default 10 s). It is neither consumed nor failed: deliver it
   *     again, never skip it
   * @throws NotInTransactionException when the running transaction can't hold the row: it is
   *     read-only, over, or not on the inbox's DataSource; the handler did not run
   * @throws E whatever the handler threw; all of its changes were rolled back, or will be when the
   *     joined transaction ends
   */
  <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler) throws E;

  /** The business change that a message causes. */
  @FunctionalInterface
  interface Handler<E extends Exception> {

    /** Handles the message within the transaction; any exception rolls all of it back. */
    void handle(ReceivedMessage message) throws E;
  }

  /** What became of a message that was offered to the inbox. */
  enum Outcome {
    /** The handler ran; its changes take effect with the transaction. */
    CONSUMED,
    /** The message was consumed before; the handler did not run. */
    DUPLICATE,
    /** The message waits for an operator; the handler did not run. */
    PARKED
  }
}
