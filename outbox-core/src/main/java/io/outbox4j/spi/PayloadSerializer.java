package io.outbox4j.spi;

/** Turns payload objects into bytes. Bytes, text and null never come here. Thread-safe. */
public interface PayloadSerializer {

  /** The media type of what {@link #serialize} returns, such as {@code application/json}. */
  String contentType();

  /**
   * Serializes a payload, on the thread that publishes, inside the business transaction.
   *
   * @param payload what the application gave, not null
   * @throws RuntimeException when it can't; the caller of {@code publish} gets it as the cause of a
   *     {@code MessageRefusedException}
   */
  byte[] serialize(Object payload);
}
