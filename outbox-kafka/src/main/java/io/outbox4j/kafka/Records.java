package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Messages as Kafka records, by the Kafka binding of CloudEvents 1.0 (section 3.2, binary content
 * mode): attributes in headers, the payload as it is.
 */
final class Records {

  static final String PREFIX = "ce_";
  static final String CONTENT_TYPE = "content-type";

  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** What the client adds up for the batch and the record around the fields. */
  private static final int OVERHEAD = 61 + 21;

  private Records() {}

  /**
   * The record of a message.
   *
   * @throws MessageRefusedException when there can be none
   */
  static ProducerRecord<byte[], byte[]> of(OutgoingMessage message) {
    checkTopic(message.topic());
    checkPartition(message.partition());
    byte @Nullable [] key = message.key() == null ? null : message.key().getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(message.topic(), message.partition(), key, message.payload());
    fill(record.headers(), message);
    return record;
  }

  /** How large the client takes a record to be, at most. */
  static long size(ProducerRecord<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    long size = OVERHEAD + sizeOf(record.key()) + sizeOf(record.value());
    size += varint(headers.length);
    for (Header header : headers) {
      int name = Utils.utf8Length(header.key());
      size += varint(name) + name + sizeOf(header.value());
    }
    return size;
  }

  private static void fill(Headers headers, OutgoingMessage message) {
    CloudEvent.attributes(message)
        .forEach((name, value) -> headers.add(PREFIX + name, value.getBytes(UTF_8)));
    if (message.contentType() != null) {
      headers.add(CONTENT_TYPE, message.contentType().getBytes(UTF_8));
    }
    message
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.startsWith(PREFIX) || lower.equals(CONTENT_TYPE)) {
                throw new MessageRefusedException(
                    "header " + name, "is one of CloudEvents: give it another name");
              }
              headers.add(name, value.getBytes(UTF_8));
            });
  }

  private static void checkTopic(String topic) {
    if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      throw new MessageRefusedException(
          "topic",
          "can't be one of Kafka's: use 1 to 249 of the characters a-z, A-Z, 0-9, dot, underscore"
              + " and hyphen, and not a dot or two alone");
    }
  }

  private static void checkPartition(@Nullable Integer partition) {
    if (partition != null && partition < 0) {
      throw new MessageRefusedException(
          "partition", "is " + partition + ": partitions are counted from 0");
    }
  }

  private static int sizeOf(byte @Nullable [] field) {
    return field == null ? 1 : varint(field.length) + field.length;
  }

  /** Bytes of a number in Kafka's zigzag encoding. */
  private static int varint(int value) {
    int bytes = 1;
    for (long rest = (long) value << 1; rest > 0x7f; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }
}
