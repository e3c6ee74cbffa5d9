package io.outbox4j.kafka.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is published arrives byte for byte, from memory and by way of the table. */
final class PayloadsIT {

  private static final String ODD_TEXT = "👩‍🚀 \r\n\t é 中 'quoted' \"too\" \\ %s ? {} ;-- end ";
  private static final int SIXTEEN_MB = 16 << 20;

  private final KafkaServer kafka = SharedServers.kafka();
  private final Topic topic =
      Topic.create(kafka, Map.of("max.message.bytes", "20000000", "segment.bytes", "40000000"));

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void fromMemory(DatabaseKind kind) {
    Database database = database(kind);
    try (Node node = startNode(database)) {
      payloads().forEach((name, payload) -> node.publish(message(name, payload)));
      await().atMost(Duration.ofSeconds(40)).until(() -> node.outbox4j.backlog().unsent() == 0);
    }
    assertThat(database.rows("claims = 1")).isEqualTo(payloads().size());
    assertArrived();
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void byTheTable(DatabaseKind kind) {
    Database database = database(kind);
    try (Node node = startNode(database)) {
      SendSettings noRoom = SendSettings.ofDefaults().withRoom(0, 0);
      try (Node publisher = Node.on(database.pool(1)).transport(transport()).send(noRoom).build()) {
        payloads().forEach((name, payload) -> publisher.publish(message(name, payload)));
      }
      await().atMost(Duration.ofSeconds(40)).until(() -> node.outbox4j.backlog().unsent() == 0);
    }
    assertArrived();
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void aTextWithNulArrivesWhereTheDatabaseHoldsItElseItIsRefusedWithTheFieldsName(
      DatabaseKind kind) {
    Database database = database(kind);
    OutboxMessage message = OutboxMessage.to(topic.name()).businessId("a\0b").key("k\0").build();
    try (Node node = startNode(database)) {
      if (kind == DatabaseKind.POSTGRESQL18) {
        assertThatThrownBy(() -> node.publish(message))
            .isInstanceOf(MessageRefusedException.class)
            .hasMessageContaining("key")
            .hasMessageNotContaining("\0");
        assertThat(database.count("message_send")).isZero();
        return;
      }
      node.publish(message);
      await().until(() -> node.outbox4j.backlog().unsent() == 0);
    }
    assertThat(topic.records())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(Topic.header(record, "ce_subject")).isEqualTo("a\0b");
              assertThat(record.key()).isEqualTo("k\0".getBytes(UTF_8));
            });
  }

  private void assertArrived() {
    Map<String, Object> expected = payloads();
    assertThat(topic.businessIds()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (ConsumerRecord<byte[], byte[]> record : topic.records()) {
      Object payload = expected.get(Topic.header(record, "ce_subject"));
      byte[] bytes = payload instanceof String text ? text.getBytes(UTF_8) : (byte[]) payload;
      assertThat(record.value()).isEqualTo(bytes);
      assertThat(record.key()).isEqualTo(ODD_TEXT.getBytes(UTF_8));
      assertThat(Topic.header(record, "odd")).isEqualTo(ODD_TEXT + "\0");
    }
  }

  private static Map<String, Object> payloads() {
    Map<String, Object> payloads = new LinkedHashMap<>();
    payloads.put("emoji 👩‍🚀", ODD_TEXT);
    payloads.put("nul", "a\0b\0");
    payloads.put("no text", new byte[] {0, -1, -128, 127, '\r', '\n', (byte) 0xC3});
    payloads.put("empty", "");
    payloads.put("none", null);
    payloads.put("64 KB", random(64 << 10));
    payloads.put("1 MB", random(1 << 20));
    payloads.put("16 MB", random(SIXTEEN_MB));
    return payloads;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private OutboxMessage message(String name, Object payload) {
    return OutboxMessage.to(topic.name())
        .businessId(name)
        .key(ODD_TEXT)
        .header("odd", ODD_TEXT + "\0")
        .payload(payload)
        .build();
  }

  private static Database database(DatabaseKind kind) {
    Database database = Database.create(kind);
    if (kind == DatabaseKind.MARIADB) {
      // 16 MB by default, statement and all. Rules over connections that are made from now on.
      database.execute("SET GLOBAL max_allowed_packet = 67108864");
    }
    return database;
  }

  private Node startNode(Database database) {
    return Node.on(database.pool(2)).transport(transport()).start();
  }

  private KafkaTransport transport() {
    return KafkaTransport.of(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.request.size", 20_000_000));
  }
}
