package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Any number of nodes at once, no leader: claims keep them apart. */
final class SeveralNodesIT {

  private static final int BACKLOG = 20_000;

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void threeNodesSendABacklogExactlyOnce(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka);
    leaveBacklog(database, topic);

    Set<String> nodesThatSent = new HashSet<>();
    try (Node one = startNode(database);
        Node two = startNode(database);
        Node three = startNode(database)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                Stream.of(one, two, three)
                    .filter(node -> node.status().inMemory() > 0)
                    .forEach(node -> nodesThatSent.add(node.toString()));
                return one.outbox4j.backlog().unsent() == 0;
              });
    }

    assertThat(nodesThatSent).as("nodes that took part").hasSizeGreaterThan(1);
    assertThat(database.rows("status = 1 AND claims = 1 AND attempts = 0")).isEqualTo(BACKLOG);
    assertThat(topic.businessIds()).hasSize(BACKLOG).doesNotHaveDuplicates();
  }

  private Node startNode(Database database) {
    return Node.on(database.pool(3))
        .kafka(kafka.bootstrapServers())
        .send(SendSettings.ofDefaults().withPollInterval(Duration.ofMillis(300)))
        .start();
  }

  /** A node that does not run, without room in memory: all that it publishes is born due. */
  private static void leaveBacklog(Database database, Topic topic) {
    try (Node starter = Node.on(database.pool(1)).start()) {
      assertThat(starter.outbox4j.backlog().unsent()).isZero();
    }
    SendSettings noRoom = SendSettings.ofDefaults().withRoom(0, 0);
    try (Node publisher = Node.on(database.pool(1)).send(noRoom).build()) {
      for (int i = 0; i < BACKLOG; i += 2_000) {
        publisher.publish(messages(topic, i));
      }
    }
    assertThat(database.rows("status = 0 AND claims = 0")).isEqualTo(BACKLOG);
  }

  private static List<OutboxMessage> messages(Topic topic, int first) {
    return IntStream.range(first, first + 2_000)
        .mapToObj(i -> OutboxMessage.to(topic.name()).businessId("" + i).payload("" + i).build())
        .toList();
  }
}
