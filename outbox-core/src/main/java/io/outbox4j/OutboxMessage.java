package io.outbox4j;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message to be published. Immutable, if its payload is.
 *
 * <pre>{@code
 * outbox.publish(OutboxMessage.to("order-created").key(order.id()).payload(order).build());
 * }</pre>
 */
public final class OutboxMessage {

  private final Builder values;

  private OutboxMessage(Builder values) {
    this.values = values;
  }

  /**
   * Starts a message to a topic.
   *
   * @param topic where the message goes, in the words of its broker, such as a Kafka topic
   */
  public static Builder to(String topic) {
    return new Builder(topic);
  }

  /** The id given by the application, or null when the outbox is to make one. */
  public @Nullable UUID id() {
    return values.id;
  }

  /** The name of the transport, or null when a route decides or there is only one. */
  public @Nullable String transport() {
    return values.transport;
  }

  /** Where the message goes, in the words of its broker. */
  public String topic() {
    return values.topic;
  }

  /** The key that brokers partition by, or null. */
  public @Nullable String key() {
    return values.key;
  }

  /** The partition asked for, or null when the broker's client chooses. */
  public @Nullable Integer partition() {
    return values.partition;
  }

  /** The id under which people will look for the message; it need not be unique. */
  public @Nullable String businessId() {
    return values.businessId;
  }

  /** The logical type (CloudEvents {@code type}), or null for the topic's name. */
  public @Nullable String type() {
    return values.type;
  }

  /** The payload's media type, or null for the serializer's. */
  public @Nullable String contentType() {
    return values.contentType;
  }

  /** The payload: bytes, text, an object for the serializer, or null. */
  public @Nullable Object payload() {
    return values.payload;
  }

  /** The application's headers, in the order in which they were given. */
  public Map<String, String> headers() {
    return values.headers;
  }

  /** Whether the message may be sent again when it is not known to have arrived. */
  public boolean retry() {
    return values.retry;
  }

  /** Whether the message is sent in order, or null when its topic's settings decide. */
  public @Nullable Boolean ordered() {
    return values.ordered;
  }

  /** The name of the line in which it is sent in order, or null for that of its topic and key. */
  public @Nullable String line() {
    return values.line;
  }

  /** What becomes of later messages of the line when this one is dead, or null for the topic's. */
  public @Nullable HeadPolicy headPolicy() {
    return values.headPolicy;
  }

  /** How long after its INSERT the message is sent at the earliest; zero for at once. */
  public Duration deliverAfter() {
    return values.deliverAfter;
  }

  /** The time before which the message is not sent, or null. */
  public @Nullable Instant deliverAt() {
    return values.deliverAt;
  }

  /** The time from which the message is not sent any more, or null for never. */
  public @Nullable Instant expiresAt() {
    return values.expiresAt;
  }

  /** Names the message without its payload and headers, which belong in no log. */
  @Override
  public String toString() {
    return "OutboxMessage[topic=%s, key=%s, businessId=%s, id=%s]"
        .formatted(values.topic, values.key, values.businessId, values.id);
  }

  /** Collects a message's values. Not safe for several threads. */
  public static final class Builder {

    private final String topic;
    private @Nullable UUID id;
    private @Nullable String transport;
    private @Nullable String key;
    private @Nullable Integer partition;
    private @Nullable String businessId;
    private @Nullable String type;
    private @Nullable String contentType;
    private @Nullable Object payload;
    private Map<String, String> headers = new LinkedHashMap<>();
    private boolean retry = true;
    private @Nullable Boolean ordered;
    private @Nullable String line;
    private @Nullable HeadPolicy headPolicy;
    private Duration deliverAfter = Duration.ZERO;
    private @Nullable Instant deliverAt;
    private @Nullable Instant expiresAt;

    private Builder(String topic) {
      this.topic = Objects.requireNonNull(topic, "topic");
    }

    private Builder(Builder other) {
      topic = other.topic;
      id = other.id;
      transport = other.transport;
      key = other.key;
      partition = other.partition;
      businessId = other.businessId;
      type = other.type;
      contentType = other.contentType;
      payload = other.payload;
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(other.headers));
      retry = other.retry;
      ordered = other.ordered;
      line = other.line;
      headPolicy = other.headPolicy;
      deliverAfter = other.deliverAfter;
      deliverAt = other.deliverAt;
      expiresAt = other.expiresAt;
    }

    /** Sets the id; it must be unique. Default: a new time-ordered UUID. */
    public Builder id(UUID id) {
      this.id = Objects.requireNonNull(id, "id");
      return this;
    }

    /**
     * Sends through the transport of this name. Default: the one whose route fits the topic best,
     * else the only one there is.
     */
    public Builder transport(String transport) {
      this.transport = Objects.requireNonNull(transport, "transport");
      return this;
    }

    /** Sets the key that brokers partition by. Default: none. */
    public Builder key(@Nullable String key) {
      this.key = key;
      return this;
    }

    /** Asks for a partition, counted from 0. Default: the broker's client chooses. */
    public Builder partition(int partition) {
      this.partition = partition;
      return this;
    }

    /** Sets the id under which people will look for the message. Default: none. */
    public Builder businessId(@Nullable String businessId) {
      this.businessId = businessId;
      return this;
    }

    /** Sets the logical type, such as {@code order.created.v1}. Default: the topic's name. */
    public Builder type(String type) {
      this.type = Objects.requireNonNull(type, "type");
      return this;
    }

    /** Sets the payload's media type. Default: what the serializer says. */
    public Builder contentType(String contentType) {
      this.contentType = Objects.requireNonNull(contentType, "contentType");
      return this;
    }

    /**
     * Sets the payload. {@code byte[]} and {@link String} go out as they are, null as a message
     * without payload, everything else through the serializer, when {@code publish} is called.
     */
    public Builder payload(@Nullable Object payload) {
      this.payload = payload;
      return this;
    }

    /** Adds a header, or replaces the one of this name. */
    public Builder header(String name, String value) {
      headers.put(
          Objects.requireNonNull(name, "header name"),
          Objects.requireNonNull(value, () -> "value of header " + name));
      return this;
    }

    /** Adds all these headers. */
    public Builder headers(Map<String, String> headers) {
      headers.forEach(this::header);
      return this;
    }

    /**
     * Says whether the message may be sent again when it is not known to have arrived. Default:
     * true. With false it is handed to the broker at most once: after a crash or a lost
     * acknowledgement it ends dead with <i>outcome unknown</i>.
     */
    public Builder retry(boolean retry) {
      this.retry = retry;
      return this;
    }

    /**
     * Says whether messages of this transport, topic and key are sent one after the other, in the
     * order in which their transactions inserted them. Default: what the topic's settings say, else
     * false. The key is required then.
     *
     * <p>That is the order of commits where the transactions that publish a key's messages exclude
     * each other, as those do that first update or lock the row which the key stands for.
     */
    public Builder ordered(boolean ordered) {
      this.ordered = ordered;
      return this;
    }

    /**
     * Sends the message in order with all others of this line, whatever their topics and keys, as
     * long as the transport is the same. Default: the line of topic and key.
     */
    public Builder line(String line) {
      this.line = Objects.requireNonNull(line, "line");
      this.ordered = true;
      return this;
    }

    /**
     * Says what becomes of later messages of the line when this one is dead. Default: what the
     * topic's settings say, else {@link HeadPolicy#BLOCK}. Means nothing for a message without
     * order.
     */
    public Builder headPolicy(HeadPolicy headPolicy) {
      this.headPolicy = Objects.requireNonNull(headPolicy, "headPolicy");
      return this;
    }

    /**
     * Sends the message when this much time has passed since its transaction, by the database's
     * clock, on every broker. Takes back {@link #deliverAt}. Default: zero.
     */
    public Builder deliverAfter(Duration deliverAfter) {
      this.deliverAfter = Objects.requireNonNull(deliverAfter, "deliverAfter");
      this.deliverAt = null;
      return this;
    }

    /**
     * Sends the message at this time, by the database's clock, on every broker; at once if it is
     * over. Takes back {@link #deliverAfter}. Default: none.
     */
    public Builder deliverAt(Instant deliverAt) {
      this.deliverAt = Objects.requireNonNull(deliverAt, "deliverAt");
      this.deliverAfter = Duration.ZERO;
      return this;
    }

    /**
     * Gives the message up from this time on, by the database's clock: what is not sent by then is
     * dead with the error <i>expired</i>. What a broker has by then it keeps. Default: never.
     */
    public Builder expiresAt(Instant expiresAt) {
      this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
      return this;
    }

    /** Builds the message; the builder may be used on. */
    public OutboxMessage build() {
      return new OutboxMessage(new Builder(this));
    }
  }
}
