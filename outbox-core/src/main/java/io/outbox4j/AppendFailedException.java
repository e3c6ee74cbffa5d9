package io.outbox4j;

/**
 * The database refused the messages' rows: the transaction must roll back. When thrown at commit,
 * it does; the business change is undone and nothing is sent.
 */
public final class AppendFailedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * <p>It has no cause: drivers print bound values, and those hold payload.
   *
   * @param message our words, with the driver's error class and SQLSTATE
   */
  public AppendFailedException(String message) {
    super(message);
  }
}
