package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.CloudEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads records as messages for the inbox. */
public final class KafkaMessages {

  private KafkaMessages() {}

  /**
   * The message that a record carries: identity from {@code ce_source} and {@code ce_id}, business
   * id from {@code ce_subject}; all other headers as UTF-8 text (the last of a name, none without a
   * value). The payload is the value when that is {@code byte[]} or {@link String}; otherwise null,
   * since what a deserializer made of it is not what was sent.
   *
   * @param consumerGroup who consumes: each group lets the message take effect once
   * @param record what the consumer polled
   * @throws IllegalArgumentException when the record has no {@code ce_id} or {@code ce_source}
   */
  public static ReceivedMessage received(String consumerGroup, ConsumerRecord<?, ?> record) {
    ReceivedMessage.Builder message =
        ReceivedMessage.of(
                consumerGroup,
                attribute(record, CloudEvent.SOURCE),
                attribute(record, CloudEvent.ID))
            .topic(record.topic())
            .place(record.partition(), record.offset())
            .payload(bytes(record.value()));
    for (Header header : record.headers()) {
      byte[] value = header.value();
      if (value == null) {
        continue;
      }
      if (header.key().equals(Records.PREFIX + CloudEvent.SUBJECT)) {
        message.businessId(new String(value, UTF_8));
      } else if (!header.key().startsWith(Records.PREFIX)) {
        message.header(header.key(), new String(value, UTF_8));
      }
    }
    return message.build();
  }

  private static String attribute(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(Records.PREFIX + name);
    byte[] value = header == null ? null : header.value();
    if (value == null || value.length == 0) {
      throw new IllegalArgumentException(
          "Record "
              + record.topic()
              + "-"
              + record.partition()
              + "@"
              + record.offset()
              + " has no header "
              + Records.PREFIX
              + name
              + ", so a second delivery could not be recognised: let its producer set ce_id and"
              + " ce_source (CloudEvents 1.0, binary content mode), as the outbox does, or handle"
              + " it without the inbox");
    }
    return new String(value, UTF_8);
  }

  private static byte @Nullable [] bytes(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    return value instanceof String text ? text.getBytes(UTF_8) : null;
  }
}
