package io.outbox4j.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.CloudEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads deliveries as messages for the inbox. */
public final class RabbitMessages {

  /** The AMQP binding of CloudEvents allows both. */
  private static final List<String> PREFIXES = List.of("cloudEvents:", "cloudEvents_");

  private RabbitMessages() {}

  /**
   * The message that a delivery carries: identity from {@code cloudEvents:source} and {@code
   * cloudEvents:id}, business id from {@code cloudEvents:subject} ({@code cloudEvents_} is read as
   * well); all other headers with a plain value as text, lists and tables left out; {@code
   * content-type} from the property. The topic is {@code exchange/routing.key}; there is no place.
   * An empty body without content type is no payload.
   *
   * @param consumerGroup who consumes: each group lets the message take effect once
   * @param delivery what the consumer got; the body is not copied
   * @throws IllegalArgumentException when the message has no {@code cloudEvents:id} or {@code
   *     cloudEvents:source}
   */
  public static ReceivedMessage received(String consumerGroup, Delivery delivery) {
    BasicProperties properties = delivery.getProperties();
    byte[] body = delivery.getBody();
    ReceivedMessage.Builder message =
        ReceivedMessage.of(
                consumerGroup,
                identity(delivery, CloudEvent.SOURCE),
                identity(delivery, CloudEvent.ID))
            .topic(topic(delivery))
            .businessId(attribute(properties, CloudEvent.SUBJECT))
            .payload(body.length == 0 && properties.getContentType() == null ? null : body);
    headers(properties)
        .forEach(
            (name, value) -> {
              if (PREFIXES.stream().noneMatch(name::startsWith) && isPlain(value)) {
                message.header(name, value.toString());
              }
            });
    if (properties.getContentType() != null) {
      message.header(Publication.CONTENT_TYPE, properties.getContentType());
    }
    return message.build();
  }

  /** The key that the publisher gave the message, or null. */
  public static @Nullable String key(Delivery delivery) {
    return attribute(delivery.getProperties(), Publication.KEY);
  }

  private static String identity(Delivery delivery, String name) {
    String value = attribute(delivery.getProperties(), name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "Message from "
              + topic(delivery)
              + " has no header cloudEvents:"
              + name
              + ", so a second delivery could not be recognised: let its producer set"
              + " cloudEvents:id and cloudEvents:source (CloudEvents 1.0, AMQP binding), as the"
              + " outbox does, or handle it without the inbox");
    }
    return value;
  }

  private static @Nullable String attribute(BasicProperties properties, String name) {
    for (String prefix : PREFIXES) {
      Object value = headers(properties).get(prefix + name);
      if (value != null && isPlain(value)) {
        return value.toString();
      }
    }
    return null;
  }

  private static Map<String, Object> headers(BasicProperties properties) {
    Map<String, Object> headers = properties.getHeaders();
    return headers == null ? Map.of() : headers;
  }

  private static boolean isPlain(@Nullable Object value) {
    return value instanceof LongString
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean;
  }

  private static String topic(Delivery delivery) {
    return new Route(delivery.getEnvelope().getExchange(), delivery.getEnvelope().getRoutingKey())
        .topic();
  }
}
