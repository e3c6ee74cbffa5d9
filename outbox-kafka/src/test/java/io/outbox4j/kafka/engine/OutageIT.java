package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker is away while a small process publishes more than its memory could hold. */
final class OutageIT {

  private static final int MESSAGES = 100_000;

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);

  @AfterEach
  void heal() {
    kafka.proxy().heal();
  }

  @Test
  void aHundredThousandMessagesOutliveTheOutageInASmallHeap(@TempDir Path folder) {
    Topic topic = Topic.create(kafka);
    database.execute("CREATE TABLE orders (id int PRIMARY KEY)");
    kafka.proxy().down();
    try (ChildProcess node =
        NodeProcess.start(
            folder,
            NodeMain.class,
            database.url(),
            database.server().user(),
            "brokers=" + kafka.proxiedBootstrapServers(),
            "topic=" + topic.name(),
            "transactions=500",
            "messages=200",
            // 300 MB in all.
            "payload=3000")) {
      NodeProcess.await(node, NodeMain.PUBLISHED);
      assertThat(database.rows("status = 0")).isEqualTo(MESSAGES);

      kafka.proxy().heal();

      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> database.rows("status = 0") == 0);
      assertThat(node.isAlive()).isTrue();
    }

    assertThat(database.rows("status = 1 AND attempts = 0")).isEqualTo(MESSAGES);
    assertThat(database.rows("claims - 1 > resolved"))
        .as("rows that nobody let go, and that waited until their grace or a lease was over")
        .isZero();
    assertThat(new HashSet<>(topic.businessIds())).hasSize(MESSAGES);
  }
}
