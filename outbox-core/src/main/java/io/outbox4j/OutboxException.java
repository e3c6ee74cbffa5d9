package io.outbox4j;

/**
 * What this library throws. Never a Spring {@code TransactionException}: transaction managers do
 * not roll back when a callback throws one of those.
 */
public class OutboxException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an error that says what is wrong and what to do. */
  public OutboxException(String message) {
    super(message);
  }

  /** Creates an error with its cause; the message must not repeat third-party text. */
  public OutboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
