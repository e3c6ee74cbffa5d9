package io.outbox4j.spring.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.kafka.KafkaMessages;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * What a listener received, as a message for the inbox.
 *
 * <p>A record whose producer gave it no identity is known by where it was received first: topic,
 * partition, offset and timestamp. The timestamp tells it from one in a topic of the same name that
 * was deleted and made anew. In a retry topic these are in headers.
 */
final class ReceivedRecord {

  private static final String ID = "ce_id";
  private static final String SOURCE = "ce_source";

  private ReceivedRecord() {}

  static ReceivedMessage of(String group, ConsumerRecord<?, ?> record) {
    return KafkaMessages.received(group, isNamed(record.headers()) ? record : named(record));
  }

  private static boolean isNamed(Headers headers) {
    return hasText(headers.lastHeader(ID)) && hasText(headers.lastHeader(SOURCE));
  }

  private static boolean hasText(@Nullable Header header) {
    return header != null && header.value() != null && header.value().length > 0;
  }

  private static <K, V> ConsumerRecord<K, V> named(ConsumerRecord<K, V> record) {
    Headers headers = record.headers();
    String topic =
        first(headers, KafkaHeaders.ORIGINAL_TOPIC)
            .map(value -> new String(value, UTF_8))
            .orElse(record.topic());
    int partition =
        first(headers, KafkaHeaders.ORIGINAL_PARTITION)
            .filter(value -> value.length == Integer.BYTES)
            .map(value -> ByteBuffer.wrap(value).getInt())
            .orElse(record.partition());
    long offset = number(headers, KafkaHeaders.ORIGINAL_OFFSET, record.offset());
    long timestamp = number(headers, KafkaHeaders.ORIGINAL_TIMESTAMP, record.timestamp());

    Headers named = new RecordHeaders(headers.toArray());
    named.remove(ID).remove(SOURCE);
    named.add(SOURCE, ("kafka:" + topic).getBytes(UTF_8));
    named.add(ID, (partition + "@" + offset + "@" + timestamp).getBytes(UTF_8));
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        named,
        record.leaderEpoch());
  }

  private static long number(Headers headers, String name, long otherwise) {
    return first(headers, name)
        .filter(value -> value.length == Long.BYTES)
        .map(value -> ByteBuffer.wrap(value).getLong())
        .orElse(otherwise);
  }

  /** Each topic on the way may have added its own. */
  private static Optional<byte[]> first(Headers headers, String name) {
    Iterator<Header> all = headers.headers(name).iterator();
    return all.hasNext() ? Optional.ofNullable(all.next().value()) : Optional.empty();
  }
}
