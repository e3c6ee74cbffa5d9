package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node dies by SIGKILL; another one of its application finds what it left. */
final class CrashIT {

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);
  private final Topic topic = Topic.create(kafka);
  @TempDir private Path folder;

  @AfterEach
  void heal() {
    kafka.proxy().heal();
  }

  @Test
  void whatWasCommittedButNotSentIsSentByAnotherNode() {
    kafka.proxy().stall(Direction.TO_SERVER);
    try (ChildProcess node = startNode("transactions=90")) {
      NodeProcess.await(node, NodeMain.PUBLISHED);
      node.kill();
    }
    assertThat(database.rows("status = 0")).isEqualTo(60);

    anotherNodeSendsTheRest();

    assertThat(topic.businessIds())
        .containsExactlyInAnyOrderElementsOf(database.texts("SELECT id FROM orders"));
  }

  @Test
  void aNodeThatDiesWhileItPublishesAndSendsLosesAndInventsNothing() {
    try (ChildProcess node = startNode("transactions=1000000")) {
      NodeProcess.await(node, NodeMain.READY);
      node.await(process -> database.rows("status = 1") >= 100, Duration.ofSeconds(60));
      node.kill();
    }

    anotherNodeSendsTheRest();

    assertThat(new HashSet<>(topic.businessIds()))
        .isEqualTo(new HashSet<>(database.texts("SELECT id FROM orders")));
  }

  private ChildProcess startNode(String transactions) {
    database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
    return NodeProcess.start(
        folder,
        NodeMain.class,
        database.url(),
        database.server().user(),
        "brokers=" + kafka.proxiedBootstrapServers(),
        "topic=" + topic.name(),
        "rollBack=yes",
        transactions);
  }

  private void anotherNodeSendsTheRest() {
    database.letTheMinutePass();
    try (Node other = Node.on(database.pool(2)).kafka(kafka.bootstrapServers()).start()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> other.outbox4j.backlog().unsent() == 0);
    }
  }
}
