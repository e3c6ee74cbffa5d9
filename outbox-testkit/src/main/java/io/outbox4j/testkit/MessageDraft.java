package io.outbox4j.testkit;

import io.outbox4j.spi.OutgoingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds messages for tests of transports. Not safe for several threads. */
public final class MessageDraft {

  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901Z");

  private final String topic;
  private @Nullable String key;
  private @Nullable Integer partition;
  private @Nullable String businessId;
  private Map<String, String> headers = Map.of();
  private byte @Nullable [] payload = "payload".getBytes(StandardCharsets.UTF_8);

  private MessageDraft(String topic) {
    this.topic = topic;
  }

  /** A message with a small payload of plain text, and nothing that need not be there. */
  public static MessageDraft to(String topic) {
    return new MessageDraft(topic);
  }

  /** Sets the key. */
  public MessageDraft key(@Nullable String key) {
    this.key = key;
    return this;
  }

  /** Asks for a partition. */
  public MessageDraft partition(int partition) {
    this.partition = partition;
    return this;
  }

  /** Sets the business id. */
  public MessageDraft businessId(String businessId) {
    this.businessId = businessId;
    return this;
  }

  /** Sets the headers. */
  public MessageDraft headers(Map<String, String> headers) {
    this.headers = headers;
    return this;
  }

  /** Sets the payload. */
  public MessageDraft payload(byte @Nullable [] payload) {
    this.payload = payload;
    return this;
  }

  /** The message, with a new id. */
  @SuppressWarnings("NullAway") // Class files of records lose the annotation of an array.
  public OutgoingMessage build() {
    return new OutgoingMessage(
        UUID.randomUUID(),
        "test-kit",
        topic,
        key,
        partition,
        businessId,
        "io.outbox4j.test",
        payload == null ? null : "text/plain",
        headers,
        payload,
        CREATED);
  }
}
