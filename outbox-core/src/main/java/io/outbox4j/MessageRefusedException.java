package io.outbox4j;

/**
 * A message can't be stored or sent unchanged, so it was refused at {@code publish}. Nothing was
 * written; the transaction can go on.
 */
public final class MessageRefusedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Creates the error.
   *
   * @param field the field of the message, such as {@code key} or {@code header trace}
   * @param reason what is wrong with it and what to do, without the payload
   */
  public MessageRefusedException(String field, String reason) {
    super("The message's " + field + " " + reason);
    this.field = field;
  }

  /**
   * Creates the error with its cause.
   *
   * @param field the field of the message
   * @param reason what is wrong with it and what to do, without the payload
   * @param cause why
   */
  public MessageRefusedException(String field, String reason, Throwable cause) {
    super("The message's " + field + " " + reason, cause);
    this.field = field;
  }

  /** The field at fault. */
  public String field() {
    return field;
  }
}
