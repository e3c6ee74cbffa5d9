package io.outbox4j;

/** The database refused to cancel a message: the transaction must roll back. */
public final class CancelFailedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message our words, with the driver's error class and SQLSTATE
   */
  public CancelFailedException(String message) {
    super(message);
  }
}
