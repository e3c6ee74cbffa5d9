package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.SendResult;
import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import io.outbox4j.testkit.server.TcpProxy;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node stands still until its lease is over, and another one takes its messages. */
final class FrozenNodeIT {

  private static final int MESSAGES = 50;
  private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofMillis(10_500);

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);
  private final Gate gate = new Gate(Duration.ofMinutes(2));

  @AfterEach
  void heal() {
    kafka.proxy().heal();
  }

  @Test
  void thawedItChangesNothingOfWhatAnotherNodeOwns(@TempDir Path folder) {
    Topic topic = Topic.create(kafka);
    database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
    kafka.proxy().stall(Direction.TO_SERVER);
    try (ChildProcess frozen = startNode(folder, topic)) {
      NodeProcess.await(frozen, NodeMain.PUBLISHED);
      frozen.freeze();
      assertThat(database.rows("status = 0 AND claims = 1 AND resolved = 0"))
          .as("rows in the memory of the frozen node")
          .isEqualTo(MESSAGES);
      try (Node owner = startOwner()) {
        await().atMost(GRACE.multipliedBy(3)).until(() -> owner.status().inMemory() == MESSAGES);
        String owned = owned();

        frozen.thaw();
        NodeProcess.await(frozen, NodeMain.EMPTY);

        assertThat(owned()).isEqualTo(owned);
        gate.answer(SendResult.acknowledged("0@0"));
        await().until(() -> database.rows("status = 1 AND claims = 2") == MESSAGES);
        assertThat(owner.outbox4j.backlog().unsent()).isZero();
      }
    }
  }

  @Test
  void butWhatWasAcknowledgedToItIsSentForGood() {
    Gate first = new Gate(Duration.ofSeconds(1));
    SendSettings send = SendSettings.ofDefaults().withGrace(Duration.ofSeconds(5));
    try (TcpProxy cutOff = TcpProxy.before(database.server().address());
        Node late =
            Node.on(database.pool(cutOff.address(), 4)).transport(first).send(send).start()) {
      late.publish(
          IntStream.range(0, MESSAGES)
              .mapToObj(i -> OutboxMessage.to("topic").businessId("" + i).build())
              .toList());
      cutOff.stall(Direction.TO_SERVER);
      first.answer(SendResult.acknowledged("0@0"));
      await().until(() -> first.held().size() == MESSAGES);
      try (Node owner = startOwner()) {
        await().until(() -> owner.status().inMemory() == MESSAGES);
        assertThat(database.rows("status = 0 AND claims = 2")).isEqualTo(MESSAGES);

        cutOff.heal();
        await().until(() -> database.rows("status = 1") == MESSAGES);

        gate.answer(SendResult.rejected("comes too late"));
        await().until(() -> owner.status().inMemory() == 0);
      }
    }
    assertThat(database.rows("status = 1 AND attempts = 0 AND last_error IS NULL"))
        .isEqualTo(MESSAGES);
  }

  private ChildProcess startNode(Path folder, Topic topic) {
    return NodeProcess.start(
        folder,
        NodeMain.class,
        database.url(),
        database.server().user(),
        "brokers=" + kafka.proxiedBootstrapServers(),
        "topic=" + topic.name(),
        "grace=" + GRACE.toMillis(),
        "sendLimit=" + SEND_LIMIT.toMillis(),
        "transactions=1",
        "messages=" + MESSAGES,
        // Only its own messages are its business.
        "poll=3600000");
  }

  private Node startOwner() {
    SendSettings send =
        SendSettings.ofDefaults()
            .withGrace(Duration.ofMinutes(5))
            .withLease(Duration.ofMinutes(5))
            .withPollInterval(Duration.ofMillis(300));
    return Node.on(database.pool(2)).transport(gate).send(send).start();
  }

  /** All that a settlement could change. */
  private String owned() {
    return String.join(
        "\n",
        database.texts(
            "SELECT concat_ws(' ', business_id, status, claims, resolved, attempts,"
                + " next_attempt_at, last_error) FROM message_send ORDER BY business_id"));
  }
}
