package io.outbox4j;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came from a broker. Consumer group, source and message id together are its
 * identity: every comparison is byte by byte, so {@code A} is not {@code a}.
 *
 * @param consumerGroup who consumes: each group lets the message take effect once
 * @param source who published (CloudEvents {@code source})
 * @param messageId the publisher's id (CloudEvents {@code id})
 * @param topic where it was received
 * @param partition the broker's partition or queue number, if it has one
 * @param offset the position in that partition, if there is one
 * @param businessId the id under which people look for it (CloudEvents {@code subject})
 * @param headers the headers as text, without those of CloudEvents
 * @param payload the payload as it came, or null
 */
public record ReceivedMessage(
    String consumerGroup,
    String source,
    String messageId,
    String topic,
    @Nullable Integer partition,
    @Nullable Long offset,
    @Nullable String businessId,
    Map<String, String> headers,
    byte @Nullable [] payload) {

  /** Checks that what must be there is there. */
  public ReceivedMessage {
    Objects.requireNonNull(consumerGroup, "consumerGroup");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(topic, "topic");
    headers = Map.copyOf(headers);
  }

  /** Starts a message with its identity. */
  public static Builder of(String consumerGroup, String source, String messageId) {
    return new Builder(consumerGroup, source, messageId);
  }

  /** Names the message without its payload and headers, which belong in no log. */
  @Override
  public String toString() {
    return "ReceivedMessage[group=%s, source=%s, id=%s, topic=%s]"
        .formatted(consumerGroup, source, messageId, topic);
  }

  /** Collects a message's values. Not safe for several threads. */
  public static final class Builder {

    private final String consumerGroup;
    private final String source;
    private final String messageId;
    private String topic = "";
    private @Nullable Integer partition;
    private @Nullable Long offset;
    private @Nullable String businessId;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte @Nullable [] payload;

    private Builder(String consumerGroup, String source, String messageId) {
      this.consumerGroup = consumerGroup;
      this.source = source;
      this.messageId = messageId;
    }

    /** Sets where the message was received. Default: empty. */
    public Builder topic(String topic) {
      this.topic = topic;
      return this;
    }

    /** Sets the place in the broker's log. Default: unknown. */
    public Builder place(int partition, long offset) {
      this.partition = partition;
      this.offset = offset;
      return this;
    }

    /** Sets the id under which people look for it. Default: none. */
    public Builder businessId(@Nullable String businessId) {
      this.businessId = businessId;
      return this;
    }

    /** Adds a header, or replaces the one of this name. */
    public Builder header(String name, String value) {
      headers.put(name, value);
      return this;
    }

    /** Sets the payload; the array is not copied. Default: null. */
    public Builder payload(byte @Nullable [] payload) {
      this.payload = payload;
      return this;
    }

    /** Builds the message. */
    public ReceivedMessage build() {
      return new ReceivedMessage(
          consumerGroup, source, messageId, topic, partition, offset, businessId, headers, payload);
    }
  }
}
