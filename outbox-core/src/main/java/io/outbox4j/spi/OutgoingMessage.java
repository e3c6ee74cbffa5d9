package io.outbox4j.spi;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A published message as a transport sees it. The payload array is shared, never changed.
 *
 * @param id the message id, unique
 * @param source the application that published it (CloudEvents {@code source})
 * @param topic where it goes, in the words of its broker
 * @param key the key that brokers partition by, or null
 * @param partition the partition asked for, or null
 * @param businessId the id under which people look for it (CloudEvents {@code subject}), or null
 * @param type the logical type (CloudEvents {@code type})
 * @param contentType the payload's media type, or null when there is no payload
 * @param headers the application's headers
 * @param payload the payload, or null
 * @param created when it was published, by the publisher's clock (CloudEvents {@code time})
 */
public record OutgoingMessage(
    UUID id,
    String source,
    String topic,
    @Nullable String key,
    @Nullable Integer partition,
    @Nullable String businessId,
    String type,
    @Nullable String contentType,
    Map<String, String> headers,
    byte @Nullable [] payload,
    Instant created) {

  private static final int FIXED_SIZE = 200;

  /** Checks that what must be there is there; keeps the order of the headers. */
  public OutgoingMessage {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(created, "created");
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** About how many bytes of memory the message takes: payload, texts and a fixed share. */
  public int size() {
    long size = FIXED_SIZE + length(topic) + length(key) + length(businessId) + length(type);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      size += length(header.getKey()) + length(header.getValue());
    }
    return (int) Math.min(Integer.MAX_VALUE, size + (payload == null ? 0 : payload.length));
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : 2L * text.length();
  }

  /** Names the message without its payload and headers, which belong in no log. */
  @Override
  public String toString() {
    return "OutgoingMessage[id=%s, topic=%s, businessId=%s]".formatted(id, topic, businessId);
  }
}
