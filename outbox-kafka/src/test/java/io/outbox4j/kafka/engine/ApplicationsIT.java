package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several subsystems in one database. */
final class ApplicationsIT {

  private static final int MESSAGES = 30;

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void eachApplicationSendsItsOwnMessagesOnly(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka);
    try (Node points = start(database, "points")) {
      // Due at once, for whoever finds them.
      try (Node idle = Node.on(database.pool(1)).send(noRoom()).build()) {
        idle.publish(messages(topic, "order-"));
      }
      points.publish(messages(topic, "point-"));
      await().until(() -> points.outbox4j.backlog().unsent() == 0);
      // It was looked for after the others were due, and found.
      try (Node idle = Node.on(database.pool(1)).application("points").send(noRoom()).build()) {
        idle.publish(messages(topic, "found-"));
      }
      await().until(() -> points.outbox4j.backlog().unsent() == 0);
      assertThat(database.rows("status = 0 AND claims = 0 AND application = 'orders'"))
          .isEqualTo(MESSAGES);

      try (Node orders = start(database, "orders")) {
        await().until(() -> orders.outbox4j.backlog().unsent() == 0);
      }
    }
    assertThat(topic.records())
        .hasSize(3 * MESSAGES)
        .allSatisfy(
            record ->
                assertThat(Topic.header(record, "ce_source"))
                    .isEqualTo(
                        Topic.header(record, "ce_subject").startsWith("order-")
                            ? "orders"
                            : "points"));
  }

  private Node start(Database database, String application) {
    return Node.on(database.pool(2))
        .application(application)
        .kafka(kafka.bootstrapServers())
        .start();
  }

  private static SendSettings noRoom() {
    return SendSettings.ofDefaults().withRoom(0, 0);
  }

  private static List<OutboxMessage> messages(Topic topic, String prefix) {
    return IntStream.range(0, MESSAGES)
        .mapToObj(i -> OutboxMessage.to(topic.name()).businessId(prefix + i).build())
        .toList();
  }
}
