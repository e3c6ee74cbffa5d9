package io.outbox4j;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message, without its payload and headers.
 *
 * @param id the message id
 * @param transport the name of the transport
 * @param topic the topic
 * @param key the key, or null
 * @param businessId the id under which people look for the message, or null
 * @param attempts how often the broker rejected the message, this time included
 * @param place where the broker put it, such as {@code 3@1042}; null when that is unknown, and
 *     unless it was sent
 * @param error why it was not sent, in words without payload; null when it was
 */
public record SendEvent(
    UUID id,
    String transport,
    String topic,
    @Nullable String key,
    @Nullable String businessId,
    int attempts,
    @Nullable String place,
    @Nullable String error) {

  /** Checks that what must be there is there. */
  public SendEvent {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(topic, "topic");
  }
}
