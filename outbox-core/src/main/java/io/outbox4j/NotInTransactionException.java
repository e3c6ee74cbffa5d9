package io.outbox4j;

/**
 * {@code publish} was called without a transaction, or in one that can't hold the message. Nothing
 * was written.
 */
public final class NotInTransactionException extends OutboxException {

  private static final long serialVersionUID = 1L;

  /** Creates an error that says what is wrong and what to do. */
  public NotInTransactionException(String message) {
    super(message);
  }
}
