package io.outbox4j.rocketmq;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.CloudEvent;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/** Reads messages of RocketMQ's client as messages for the inbox. */
public final class RocketMqMessages {

  private RocketMqMessages() {}

  /**
   * The message as the outbox sent it: identity from {@code CE_source} and {@code CE_id}, business
   * id from {@code CE_subject}; all other properties but RocketMQ's own and those of CloudEvents
   * are its headers. The payload is null or empty where it was sent so.
   *
   * @param consumerGroup who consumes: each group lets the message take effect once
   * @param message what the consumer got
   * @throws IllegalArgumentException when the message has no {@code CE_id} or {@code CE_source}
   */
  public static ReceivedMessage received(String consumerGroup, MessageExt message) {
    ReceivedMessage.Builder received =
        ReceivedMessage.of(
                consumerGroup,
                attribute(message, CloudEvent.SOURCE),
                attribute(message, CloudEvent.ID))
            .topic(message.getTopic())
            .place(message.getQueueId(), message.getQueueOffset())
            .businessId(message.getProperty(Wire.PREFIX + CloudEvent.SUBJECT))
            .payload(payload(message));
    for (Map.Entry<String, String> property : message.getProperties().entrySet()) {
      if (!Wire.isReserved(property.getKey()) && !Wire.isOurs(property.getKey())) {
        received.header(property.getKey(), property.getValue());
      }
    }
    for (String name : Wire.names(message.getProperty(Wire.EMPTY_PROPERTIES))) {
      if (!Wire.isOurs(name)) {
        received.header(name, "");
      }
    }
    return received.build();
  }

  /**
   * The key that the message was published with, or null: {@code CE_partitionkey}.
   *
   * @param message what the consumer got
   */
  public static @Nullable String key(MessageExt message) {
    String key = message.getProperty(Wire.KEY);
    boolean empty = Wire.names(message.getProperty(Wire.EMPTY_PROPERTIES)).contains(Wire.KEY);
    return key == null && empty ? "" : key;
  }

  private static byte @Nullable [] payload(MessageExt message) {
    String body = message.getProperty(Wire.BODY);
    if (Wire.NONE.equals(body)) {
      return null;
    }
    return Wire.EMPTY.equals(body) ? new byte[0] : message.getBody();
  }

  private static String attribute(MessageExt message, String name) {
    String value = message.getProperty(Wire.PREFIX + name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "Message "
              + message.getTopic()
              + "/"
              + message.getQueueId()
              + "@"
              + message.getQueueOffset()
              + " has no property "
              + Wire.PREFIX
              + name
              + ", so a second delivery could not be recognised: let its producer set CE_id and"
              + " CE_source (CloudEvents 1.0, binary content mode), as the outbox does, or handle"
              + " it without the inbox");
    }
    return value;
  }
}
