package io.outbox4j.spring.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ReceivedMessage;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.support.KafkaHeaders;

class ReceivedRecordTest {

  @Test
  void identityIsThatOfTheProducer() {
    ConsumerRecord<String, String> record = record("orders", 3, 42, 1_000);
    record.headers().add("ce_id", bytes("id-1")).add("ce_source", bytes("shop"));

    ReceivedMessage message = ReceivedRecord.of("points", record);

    assertThat(message.consumerGroup()).isEqualTo("points");
    assertThat(message.source()).isEqualTo("shop");
    assertThat(message.messageId()).isEqualTo("id-1");
    assertThat(message.partition()).isEqualTo(3);
    assertThat(message.offset()).isEqualTo(42);
    assertThat(message.payload()).isEqualTo(bytes("v"));
  }

  @Test
  void aRecordWithoutIdentityIsKnownByItsPlaceAndTime() {
    ReceivedMessage message = ReceivedRecord.of("points", record("orders", 3, 42, 1_000));

    assertThat(message.source()).isEqualTo("kafka:orders");
    assertThat(message.messageId()).isEqualTo("3@42@1000");
  }

  @Test
  void inATopicMadeAnewTheSamePlaceIsAnotherMessage() {
    assertThat(ReceivedRecord.of("points", record("orders", 3, 42, 1_000)).messageId())
        .isNotEqualTo(ReceivedRecord.of("points", record("orders", 3, 42, 2_000)).messageId());
  }

  @Test
  void inARetryTopicItIsKnownByItsFirstPlace() {
    ConsumerRecord<String, String> retried = record("orders-retry", 0, 7, 9_999);
    retried
        .headers()
        .add(KafkaHeaders.ORIGINAL_TOPIC, bytes("orders"))
        .add(KafkaHeaders.ORIGINAL_PARTITION, ByteBuffer.allocate(4).putInt(3).array())
        .add(KafkaHeaders.ORIGINAL_OFFSET, ByteBuffer.allocate(8).putLong(42).array())
        .add(KafkaHeaders.ORIGINAL_TIMESTAMP, ByteBuffer.allocate(8).putLong(1_000).array())
        .add(KafkaHeaders.ORIGINAL_TOPIC, bytes("orders-retry"));

    ReceivedMessage first = ReceivedRecord.of("points", record("orders", 3, 42, 1_000));
    ReceivedMessage again = ReceivedRecord.of("points", retried);

    assertThat(again.source()).isEqualTo(first.source());
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(again.topic()).isEqualTo("orders-retry");
  }

  @Test
  void theRecordItselfStaysAsItIs() {
    ConsumerRecord<String, String> record = record("orders", 3, 42, 1_000);

    ReceivedRecord.of("points", record);

    assertThat(record.headers()).isEmpty();
  }

  private static ConsumerRecord<String, String> record(
      String topic, int partition, long offset, long timestamp) {
    return new ConsumerRecord<>(
        topic,
        partition,
        offset,
        timestamp,
        TimestampType.CREATE_TIME,
        1,
        1,
        "k",
        "v",
        new RecordHeaders(),
        Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
