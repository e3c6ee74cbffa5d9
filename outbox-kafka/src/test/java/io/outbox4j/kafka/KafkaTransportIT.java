package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.TransportContract;
import io.outbox4j.testkit.server.Server;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The contract on a real broker, and what is Kafka's own. */
final class KafkaTransportIT extends TransportContract {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);

  private final Broker broker = new Broker(SharedServers.kafka());

  @Override
  protected Server broker() {
    return broker.server();
  }

  @Override
  protected Transport createTransport() {
    return KafkaTransport.of(
        Map.of("bootstrap.servers", broker.server().bootstrapServers()), SEND_LIMIT);
  }

  @Override
  protected String createDestination() {
    return broker.createTopic(2, Map.of());
  }

  @Override
  protected List<Arrival> read(String destination) {
    return broker.read(destination).stream().map(Broker::arrival).toList();
  }

  /** The names are those of CloudEvents' Kafka binding, binary mode. */
  @Test
  void theWireIsReadByAPlainClient() {
    String topic = createDestination();
    OutgoingMessage message =
        MessageDraft.to(topic)
            .key("k 1")
            .businessId("order 17")
            .headers(Map.of("trace", "abc"))
            .build();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, message)).isInstanceOf(Acknowledged.class);
    }

    ConsumerRecord<byte[], byte[]> raw = broker.read(topic).get(0);

    Map<String, String> headers = new HashMap<>();
    raw.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    assertThat(headers)
        .containsOnly(
            Map.entry("ce_specversion", "1.0"),
            Map.entry("ce_id", message.id().toString()),
            Map.entry("ce_source", "test-kit"),
            Map.entry("ce_type", "io.outbox4j.test"),
            Map.entry("ce_time", "2026-01-02T03:04:05.678901Z"),
            Map.entry("ce_subject", "order 17"),
            Map.entry("content-type", "text/plain"),
            Map.entry("trace", "abc"));
    assertThat(raw.key()).isEqualTo("k 1".getBytes(UTF_8));
    assertThat(raw.value()).isEqualTo("payload".getBytes(UTF_8));
  }

  @Test
  void aMissingTopicDelaysNoOtherTopic() {
    String topic = createDestination();
    OutgoingMessage lost = MessageDraft.to(missingDestination()).build();
    OutgoingMessage good = MessageDraft.to(topic).build();

    Map<UUID, Long> times = new ConcurrentHashMap<>();
    long start = System.nanoTime();
    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    try (Transport transport = createTransport()) {
      transport.send(
          List.of(lost, good),
          (message, result) -> {
            times.put(message.id(), System.nanoTime() - start);
            results.put(message.id(), result);
          });
    }

    assertThat(results.get(good.id())).isInstanceOf(Acknowledged.class);
    assertThat(results.get(lost.id()))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.scope()).isEqualTo(Scope.DESTINATION);
              assertThat(unavailable.mayHaveArrived()).isFalse();
              assertThat(unavailable.reason()).doesNotContain(lost.topic());
            });
    assertThat(times.get(good.id())).isLessThan(times.get(lost.id()) / 2);
  }

  @Test
  void aTopicIsFoundOnceItIsThere() {
    String topic = missingDestination();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, MessageDraft.to(topic).build())).isInstanceOf(Unavailable.class);

      broker.createTopic(topic, 1, Map.of());

      assertThat(send(transport, MessageDraft.to(topic).build())).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void aTopicThatIsDeletedIsTheDestinationsFault() {
    String topic = createDestination();
    String other = createDestination();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, MessageDraft.to(topic).build())).isInstanceOf(Acknowledged.class);
      broker.deleteTopic(topic);

      assertThat(send(transport, MessageDraft.to(topic).build()))
          .isInstanceOfSatisfying(
              Unavailable.class, u -> assertThat(u.scope()).isEqualTo(Scope.DESTINATION));
      assertThat(send(transport, MessageDraft.to(other).build())).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void thePlaceIsPartitionAndOffset() {
    String topic = broker.createTopic(3, Map.of());
    try (Transport transport = createTransport()) {
      for (int offset = 0; offset < 2; offset++) {
        assertThat(send(transport, MessageDraft.to(topic).partition(2).build()))
            .isEqualTo(new Acknowledged("2@" + offset));
      }
    }
    assertThat(broker.read(topic))
        .allSatisfy(record -> assertThat(record.partition()).isEqualTo(2));
  }

  @Test
  void aPartitionThatIsNotThereIsTheMessagesFault() {
    String topic = broker.createTopic(3, Map.of());
    try (Transport transport = createTransport()) {
      long start = System.nanoTime();
      assertThat(send(transport, MessageDraft.to(topic).partition(3).build()))
          .isEqualTo(new Rejected(null, "asks for partition 3 of a topic of 3"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SEND_LIMIT.dividedBy(2));
    }
  }

  @Test
  void aMessageWithoutPayloadIsATombstone() {
    String topic = broker.createTopic(1, Map.of("cleanup.policy", "compact"));
    try (Transport transport = createTransport()) {
      OutgoingMessage tombstone = MessageDraft.to(topic).key("k").payload(null).build();
      assertThat(send(transport, tombstone)).isInstanceOf(Acknowledged.class);
    }
    assertThat(broker.read(topic))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
  }

  @Test
  void aRecordThatTheBrokerRefusesTakesNoNeighbourWithIt() {
    String topic = broker.createTopic(1, Map.of("cleanup.policy", "compact"));
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // A compacted topic takes no record without a key.
      batch.add(MessageDraft.to(topic).key(i % 8 == 3 ? null : "k" + i).build());
    }

    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    try (Transport transport = createTransport()) {
      transport.send(batch, (message, result) -> results.put(message.id(), result));
    }

    for (OutgoingMessage message : batch) {
      assertThat(results.get(message.id()))
          .isInstanceOf(message.key() == null ? Rejected.class : Acknowledged.class);
    }
    assertThat(read(topic)).hasSize(35);
  }

  @Test
  void aPayloadThatTheTopicRefusesTakesNoNeighbourWithIt() {
    String topic = broker.createTopic(1, Map.of("max.message.bytes", "20000"));
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      batch.add(MessageDraft.to(topic).payload(new byte[i == 7 ? 30_000 : 1_000]).build());
    }

    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    try (Transport transport = createTransport()) {
      transport.send(batch, (message, result) -> results.put(message.id(), result));
    }

    for (OutgoingMessage message : batch) {
      assertThat(results.get(message.id()))
          .isInstanceOf(message == batch.get(7) ? Rejected.class : Acknowledged.class);
    }
  }

  @Test
  void sixteenMegabytesArriveWhenBothSidesAllowThem() {
    String topic =
        broker.createTopic(1, Map.of("max.message.bytes", "20000000", "segment.bytes", "33554432"));
    byte[] payload = new byte[16 << 20];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i * 31 + (i >> 8));
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("bootstrap.servers", broker.server().bootstrapServers());
    config.put("max.request.size", 20_000_000);
    OutgoingMessage message = MessageDraft.to(topic).payload(payload).build();
    try (Transport transport = KafkaTransport.of(config)) {
      transport.vet(message);
      assertThat(send(transport, message)).isInstanceOf(Acknowledged.class);
    }
    assertThat(read(topic))
        .singleElement()
        .satisfies(arrival -> assertThat(arrival.payload()).isEqualTo(payload));
  }

  private static SendResult send(Transport transport, OutgoingMessage message) {
    List<SendResult> results = new ArrayList<>();
    transport.send(List.of(message), (sent, result) -> results.add(result));
    assertThat(results).hasSize(1);
    return results.get(0);
  }
}
