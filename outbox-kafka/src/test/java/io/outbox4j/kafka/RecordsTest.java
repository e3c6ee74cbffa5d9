package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

  static Stream<MessageDraft> drafts() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("h", "");
    headers.put("größe", "订".repeat(70));
    return Stream.of(
        MessageDraft.to("t"),
        MessageDraft.to("t").payload(null),
        MessageDraft.to("t").key("").payload(new byte[0]),
        MessageDraft.to("t").key("🧾".repeat(20)).payload(new byte[63]),
        MessageDraft.to("t").payload(new byte[64]).headers(headers),
        MessageDraft.to("t").payload(new byte[8191]),
        MessageDraft.to("t").payload(new byte[8192]),
        MessageDraft.to("t").payload(new byte[1 << 20]).businessId("b").headers(headers));
  }

  @ParameterizedTest
  @MethodSource("drafts")
  void sizeIsTheClientsOwn(MessageDraft draft) {
    ProducerRecord<byte[], byte[]> record = Records.of(draft.build());

    assertThat(Records.size(record))
        .isEqualTo(
            AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                CompressionType.NONE,
                record.key(),
                record.value(),
                record.headers().toArray()));
  }

  @Test
  void attributesComeFirstThenTheApplicationsHeaders() {
    OutgoingMessage message =
        MessageDraft.to("t").businessId("Ä").headers(Map.of("trace", "ü")).build();

    Header[] headers = Records.of(message).headers().toArray();

    assertThat(headers)
        .extracting(Header::key)
        .containsExactly(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "content-type",
            "trace");
    assertThat(headers[5].value()).isEqualTo("Ä".getBytes(UTF_8));
    assertThat(headers[7].value()).isEqualTo("ü".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "CE_SOURCE", "ce_mine", "content-type", "Content-Type"})
  void aHeaderNeverOverwritesAnAttribute(String name) {
    OutgoingMessage message = MessageDraft.to("t").headers(Map.of(name, "x")).build();

    assertThatThrownBy(() -> Records.of(message))
        .isInstanceOfSatisfying(
            MessageRefusedException.class,
            refused -> assertThat(refused.field()).isEqualTo("header " + name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "ä", "a/b", "a\n"})
  void topicsThatKafkaCantNameAreRefused(String topic) {
    refused(MessageDraft.to(topic).build(), "topic");
  }

  @Test
  void topicsMayHave249Characters() {
    transport().vet(MessageDraft.to("t".repeat(249)).build());
    refused(MessageDraft.to("t".repeat(250)).build(), "topic");
  }

  @Test
  void negativePartitionsAreRefused() {
    refused(MessageDraft.to("t").partition(-1).build(), "partition");
  }

  @Test
  void recordsLargerThanTheClientTakesAreRefused() {
    OutgoingMessage empty = MessageDraft.to("t").payload(new byte[0]).build();
    // Two more bytes for the length of the payload itself.
    int room = 10_000 - (int) Records.size(Records.of(empty)) - 2;

    transport().vet(MessageDraft.to("t").payload(new byte[room]).build());
    refused(MessageDraft.to("t").payload(new byte[room + 1]).build(), "payload");
  }

  private static Transport transport() {
    return KafkaTransport.of(Map.of("bootstrap.servers", "b:1", "max.request.size", "10000"));
  }

  private static void refused(OutgoingMessage message, String field) {
    assertThatThrownBy(() -> transport().vet(message))
        .isInstanceOfSatisfying(
            MessageRefusedException.class,
            refused -> assertThat(refused.field()).isIn(List.of(field)));
  }
}
