package io.outbox4j.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ReceivedMessage;
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
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on a real broker, and what is RocketMQ's own. */
final class RocketMqTransportIT extends TransportContract {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);

  private final Broker broker = new Broker(SharedServers.rocketMq());

  @AfterAll
  void closeClients() {
    broker.close();
  }

  @Override
  protected Server broker() {
    return broker.server();
  }

  @Override
  protected Transport createTransport() {
    return RocketMqTransport.of(broker::producer, SEND_LIMIT);
  }

  @Override
  protected String createDestination() {
    return broker.createTopic(2);
  }

  @Override
  protected List<Arrival> read(String destination) {
    return broker.read(destination).stream().map(Broker::arrival).toList();
  }

  @Test
  void theWireIsReadByAPlainClient() {
    String topic = createDestination();
    OutgoingMessage message =
        MessageDraft.to(topic + ":created")
            .key("k 1")
            .businessId("order 17")
            .headers(Map.of("trace", "abc", "blank", " ", "void", ""))
            .build();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, message)).isInstanceOf(Acknowledged.class);
    }

    MessageExt raw = broker.read(topic).get(0);

    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("CE_specversion", "1.0");
    expected.put("CE_id", message.id().toString());
    expected.put("CE_source", "test-kit");
    expected.put("CE_type", "io.outbox4j.test");
    expected.put("CE_time", "2026-01-02T03:04:05.678901Z");
    expected.put("CE_subject", "order 17");
    expected.put("CE_contenttype", "text/plain");
    expected.put("CE_partitionkey", "k 1");
    expected.put("trace", "abc");
    expected.put("blank", " ");
    expected.put("outbox4j-empty", "void");
    Map<String, String> others = new HashMap<>(raw.getProperties());
    others.keySet().removeAll(expected.keySet());
    assertThat(raw.getProperties()).containsAllEntriesOf(expected);
    assertThat(others)
        .containsOnlyKeys(
            "KEYS",
            "TAGS",
            "WAIT",
            "UNIQ_KEY",
            "CLUSTER",
            "MSG_REGION",
            "TRACE_ON",
            "MIN_OFFSET",
            "MAX_OFFSET");
    assertThat(raw.getTopic()).isEqualTo(topic);
    assertThat(raw.getTags()).isEqualTo("created");
    assertThat(raw.getKeys()).isEqualTo("order 17");
    assertThat(raw.getBody()).isEqualTo("payload".getBytes(UTF_8));
  }

  @Test
  void whatWasSentIsReceived() {
    String topic = createDestination();
    OutgoingMessage full =
        MessageDraft.to(topic)
            .key("")
            .businessId("Ä-1")
            .headers(Map.of("trace", "ü", "void", "", "a b", ""))
            .payload(new byte[0])
            .build();
    OutgoingMessage bare = MessageDraft.to(topic).payload(null).build();
    try (Transport transport = createTransport()) {
      send(transport, full);
      send(transport, bare);
    }

    Map<String, MessageExt> raw = new HashMap<>();
    broker.read(topic).forEach(message -> raw.put(message.getProperty("CE_id"), message));

    MessageExt first = raw.get(full.id().toString());
    ReceivedMessage received = RocketMqMessages.received("group", first);
    assertThat(received.source()).isEqualTo("test-kit");
    assertThat(received.messageId()).isEqualTo(full.id().toString());
    assertThat(received.topic()).isEqualTo(topic);
    assertThat(received.partition()).isEqualTo(first.getQueueId());
    assertThat(received.offset()).isEqualTo(first.getQueueOffset());
    assertThat(received.businessId()).isEqualTo("Ä-1");
    assertThat(received.headers()).isEqualTo(full.headers());
    assertThat(received.payload()).isEmpty();
    assertThat(RocketMqMessages.key(first)).isEmpty();
    MessageExt second = raw.get(bare.id().toString());
    assertThat(RocketMqMessages.received("group", second).payload()).isNull();
    assertThat(RocketMqMessages.key(second)).isNull();
  }

  @Test
  void thePlaceIsBrokerQueueAndOffset() {
    String topic = broker.createTopic(3);
    try (Transport transport = createTransport()) {
      Map<UUID, SendResult> results =
          sendAll(
              transport,
              MessageDraft.to(topic).partition(2).build(),
              MessageDraft.to(topic).partition(2).build(),
              MessageDraft.to(topic).partition(2).build());
      assertThat(results.values())
          .containsExactlyInAnyOrder(
              new Acknowledged("broker/2@0"),
              new Acknowledged("broker/2@1"),
              new Acknowledged("broker/2@2"));
      for (MessageExt message : broker.read(topic)) {
        assertThat(results.get(UUID.fromString(message.getProperty("CE_id"))))
            .isEqualTo(
                new Acknowledged(
                    "broker/" + message.getQueueId() + "@" + message.getQueueOffset()));
      }
    }
  }

  @Test
  void aQueueThatIsNotThereIsTheMessagesFault() {
    String topic = broker.createTopic(3);
    try (Transport transport = createTransport()) {
      assertThat(send(transport, MessageDraft.to(topic).partition(3).build()))
          .isEqualTo(new Rejected(null, "asks for queue 3, which the topic doesn't have"));
    }
  }

  @Test
  void messagesOfOneKeyAreInOneQueueAndOthersInAll() {
    String topic = broker.createTopic(4);
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      batch.add(MessageDraft.to(topic).key(i % 2 == 0 ? "k" : null).build());
    }
    try (Transport transport = createTransport()) {
      sendAll(transport, batch.toArray(OutgoingMessage[]::new));
    }

    List<MessageExt> all = broker.read(topic);

    assertThat(all).extracting(MessageExt::getQueueId).contains(0, 1, 2, 3);
    assertThat(all)
        .filteredOn(message -> message.getProperty("CE_partitionkey") != null)
        .extracting(MessageExt::getQueueId)
        .containsOnly("k".hashCode() % 4);
  }

  @Test
  void aTopicIsFoundOnceItIsThere() {
    String topic = missingDestination();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, MessageDraft.to(topic).build()))
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable -> {
                assertThat(unavailable.scope()).isEqualTo(Scope.DESTINATION);
                assertThat(unavailable.mayHaveArrived()).isFalse();
              });

      broker.createTopic(topic, 1);

      assertThat(send(transport, MessageDraft.to(topic).build())).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void aLargeMessageOfARequestTakesNoNeighbourWithIt() {
    String topic = broker.createTopic(1);
    OutgoingMessage large =
        MessageDraft.to(topic).key("k").payload(new byte[largestPayload() + 1]).build();
    OutgoingMessage first = MessageDraft.to(topic).key("k").build();
    OutgoingMessage last = MessageDraft.to(topic).key("k").build();
    try (Transport transport = createTransport()) {
      Map<UUID, SendResult> results = sendAll(transport, first, large, last);
      assertThat(results.get(large.id()))
          .isEqualTo(new Rejected("MESSAGE_ILLEGAL", "MESSAGE_ILLEGAL"));
    }
    assertThat(broker.read(topic))
        .extracting(message -> message.getProperty("CE_id"))
        .containsExactly(first.id().toString(), last.id().toString());
  }

  private static SendResult send(Transport transport, OutgoingMessage message) {
    return sendAll(transport, message).get(message.id());
  }

  private static Map<UUID, SendResult> sendAll(Transport transport, OutgoingMessage... batch) {
    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    transport.send(List.of(batch), (sent, result) -> results.put(sent.id(), result));
    assertThat(results).hasSize(batch.length);
    return results;
  }
}
