package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code retry(false)}: handed to the broker at most once, whatever happens. */
final class SendOnceIT {

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);

  @AfterEach
  void heal() {
    kafka.proxy().heal();
  }

  @Test
  void itIsClaimedBeforeItsOnlyTryAndSent() {
    Topic topic = Topic.create(kafka);
    try (Node node = startNode()) {
      node.publish(onlyOnce(topic, "sent", 10));
      await().until(() -> node.outbox4j.backlog().unsent() == 0);
    }
    assertThat(database.rows("status = 1 AND claims = 1")).isOne();
    assertThat(topic.businessIds()).containsExactly("sent");
  }

  @Test
  void aMessageThatTheBrokerRejectsIsDeadAtOnceWithItsError() {
    Topic topic = Topic.create(kafka, Map.of("max.message.bytes", "10000"));
    try (Node node = startNode()) {
      node.publish(onlyOnce(topic, "too large", 30_000));
      await().until(() -> database.rows("status = 2") == 1);
    }
    assertThat(database.texts("SELECT last_error FROM message_send"))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("RecordTooLarge"));
    assertThat(topic.records()).isEmpty();
  }

  @Test
  void afterACrashItIsDeadWithUnknownOutcomeAndNeverSentAgain(@TempDir Path folder) {
    Topic topic = Topic.create(kafka);
    database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
    // The record reaches the broker, but the node dies before it hears of it.
    kafka.proxy().delay(Direction.TO_CLIENT, Duration.ofSeconds(2));
    try (ChildProcess killed =
        NodeProcess.start(
            folder,
            NodeMain.class,
            database.url(),
            database.server().user(),
            "brokers=" + kafka.proxiedBootstrapServers(),
            "topic=" + topic.name(),
            "retry=no",
            "transactions=1")) {
      killed.await(process -> topic.records().size() == 1, Duration.ofSeconds(60));
      killed.kill();
    }
    assertThat(database.rows("status = 0 AND claims = 1 AND resolved = 0")).isOne();
    database.letTheMinutePass();

    try (Node other = startNode()) {
      await().until(() -> database.rows("status = 2") == 1);
      other.publish(onlyOnce(topic, "after", 10));
      await().until(() -> other.outbox4j.backlog().unsent() == 0);
    }

    assertThat(database.texts("SELECT last_error FROM message_send WHERE status = 2"))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("outcome unknown"));
    assertThat(topic.businessIds()).containsExactlyInAnyOrder("0", "after");
  }

  private Node startNode() {
    return Node.on(database.pool(2)).kafka(kafka.bootstrapServers()).start();
  }

  private static OutboxMessage onlyOnce(Topic topic, String businessId, int size) {
    return OutboxMessage.to(topic.name())
        .businessId(businessId)
        .payload(new byte[size])
        .retry(false)
        .build();
  }
}
