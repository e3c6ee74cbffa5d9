package io.outbox4j.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message as RabbitMQ gets it: attributes of CloudEvents in headers, named as in the AMQP binding
 * of CloudEvents 1.0 (section 3.1, binary content mode), the payload as it is.
 */
record Publication(Route route, BasicProperties properties, byte[] body) {

  static final String PREFIX = "cloudEvents:";

  /** The extension of CloudEvents for a key. */
  static final String KEY = "partitionkey";

  static final String CONTENT_TYPE = "content-type";

  private static final String OTHER_PREFIX = "cloudEvents_";

  /** RabbitMQ routes by these headers too, and closes the channel when they are text. */
  private static final Set<String> ROUTING = Set.of("CC", "BCC");

  private static final int PERSISTENT = 2;
  private static final byte[] NOTHING = {};

  /**
   * What to publish for a message.
   *
   * @throws MessageRefusedException when there can be nothing
   */
  static Publication of(OutgoingMessage message) {
    Route route = Route.of(message.topic());
    if (message.partition() != null) {
      throw new MessageRefusedException(
          "partition",
          "is " + message.partition() + ", but RabbitMQ has no partitions: leave it out");
    }
    byte[] payload = message.payload();
    BasicProperties.Builder properties =
        new BasicProperties.Builder()
            .deliveryMode(PERSISTENT)
            .messageId(message.id().toString())
            .timestamp(Date.from(message.created()))
            .headers(headers(message));
    // AMQP knows no null: a message without content type has no payload.
    if (payload != null) {
      properties.contentType(checkContentType(message.contentType()));
    }
    return new Publication(route, properties.build(), payload == null ? NOTHING : payload);
  }

  /** How many bytes the frame with the headers takes; AMQP does not part it. */
  int headerFrame() {
    try {
      return properties.toFrame(0, body.length).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> headers(OutgoingMessage message) {
    Map<String, Object> headers = new LinkedHashMap<>();
    CloudEvent.attributes(message).forEach((name, value) -> headers.put(PREFIX + name, value));
    if (message.key() != null) {
      headers.put(PREFIX + KEY, message.key());
    }
    message
        .headers()
        .forEach(
            (name, value) -> {
              checkHeader(name);
              headers.put(name, value);
            });
    return headers;
  }

  private static void checkHeader(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith(PREFIX.toLowerCase(Locale.ROOT))
        || lower.startsWith(OTHER_PREFIX.toLowerCase(Locale.ROOT))
        || lower.equals(CONTENT_TYPE)) {
      throw new MessageRefusedException(
          "header " + name, "is one of CloudEvents: give it another name");
    }
    if (ROUTING.contains(name)) {
      throw new MessageRefusedException(
          "header " + name, "is one that RabbitMQ routes by: give it another name");
    }
    if (!Route.isShort(name)) {
      throw new MessageRefusedException(
          "headers", "hold a name of more than 255 bytes in UTF-8: shorten it");
    }
  }

  private static String checkContentType(@Nullable String contentType) {
    if (contentType == null) {
      throw new MessageRefusedException(
          "content type", "is not set, which stands for no payload: set it");
    }
    if (!Route.isShort(contentType)) {
      throw new MessageRefusedException(
          "content type", "is longer than 255 bytes in UTF-8: shorten it");
    }
    return contentType;
  }
}
