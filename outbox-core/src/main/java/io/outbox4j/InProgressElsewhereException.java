package io.outbox4j;

/**
 * The same message was still being handled by somebody else at the end of the wait. It is neither
 * consumed nor failed, and no attempt was spent: it must be delivered again and never be skipped.
 */
public final class InProgressElsewhereException extends OutboxException {

  private static final long serialVersionUID = 1L;

  /** Creates the error for a message. */
  public InProgressElsewhereException(ReceivedMessage message) {
    super(message + " is being handled elsewhere; it must be delivered again");
  }
}
