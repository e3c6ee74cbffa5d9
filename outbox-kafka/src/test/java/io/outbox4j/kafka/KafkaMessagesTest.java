package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.testkit.MessageDraft;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaMessagesTest {

  @Test
  void aRecordOfTheOutboxIsReadBack() {
    OutgoingMessage sent =
        MessageDraft.to("t").businessId("Ä-1").headers(Map.of("trace", "ü")).build();

    ReceivedMessage received = KafkaMessages.received("points", record(sent));

    assertThat(received.consumerGroup()).isEqualTo("points");
    assertThat(received.source()).isEqualTo(sent.source());
    assertThat(received.messageId()).isEqualTo(sent.id().toString());
    assertThat(received.topic()).isEqualTo("t");
    assertThat(received.partition()).isEqualTo(3);
    assertThat(received.offset()).isEqualTo(42);
    assertThat(received.businessId()).isEqualTo("Ä-1");
    assertThat(received.headers()).isEqualTo(Map.of("trace", "ü", "content-type", "text/plain"));
    assertThat(received.payload()).isEqualTo(sent.payload());
  }

  @Test
  void textIsReadAsItsBytesAndATombstoneAsNone() {
    OutgoingMessage sent = MessageDraft.to("t").build();

    assertThat(KafkaMessages.received("g", withValue(sent, "grün")).payload())
        .isEqualTo("grün".getBytes(UTF_8));
    assertThat(KafkaMessages.received("g", withValue(sent, null)).payload()).isNull();
    assertThat(KafkaMessages.received("g", withValue(sent, 42)).payload()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_source"})
  void aRecordWithoutIdentitySaysWhatToDo(String missing) {
    ConsumerRecord<byte[], byte[]> record = record(MessageDraft.to("t").build());
    record.headers().remove(missing);

    assertThatThrownBy(() -> KafkaMessages.received("g", record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("t-3@42")
        .hasMessageContaining("no header " + missing)
        .hasMessageContaining("let its producer set");
  }

  @Test
  void aHeaderWithoutValueIsLeftOutAndTheLastOfANameCounts() {
    ConsumerRecord<byte[], byte[]> record = record(MessageDraft.to("t").payload(null).build());
    record
        .headers()
        .add("none", null)
        .add("twice", new byte[] {'1'})
        .add("twice", new byte[] {'2'});

    assertThat(KafkaMessages.received("g", record).headers()).isEqualTo(Map.of("twice", "2"));
  }

  private static ConsumerRecord<byte[], byte[]> record(OutgoingMessage message) {
    return withValue(message, message.payload());
  }

  private static <V> ConsumerRecord<byte[], V> withValue(OutgoingMessage message, V value) {
    ProducerRecord<byte[], byte[]> sent = Records.of(message);
    ConsumerRecord<byte[], V> record = new ConsumerRecord<>("t", 3, 42, sent.key(), value);
    sent.headers().forEach(header -> record.headers().add(header));
    return record;
  }
}
