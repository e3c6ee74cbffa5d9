package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody holds a connection and asks for a second. */
final class PoolOfOneIT {

  private static final int THREADS = 20;
  private static final int EACH = 20;

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL"})
  void twentyThreadsPublishThroughOneConnection(DatabaseKind kind) throws Exception {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Node node = Node.on(database.pool(1)).kafka(kafka.bootstrapServers()).start()) {
      List<Future<?>> publishers = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * EACH;
        publishers.add(threads.submit(() -> publish(node, topic, first)));
      }
      for (Future<?> publisher : publishers) {
        publisher.get(60, TimeUnit.SECONDS);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> database.rows("status = 1") == THREADS * EACH);
    } finally {
      threads.shutdownNow();
    }
    assertThat(topic.businessIds()).hasSize(THREADS * EACH).doesNotHaveDuplicates();
  }

  private static void publish(Node node, Topic topic, int first) {
    for (int i = first; i < first + EACH; i++) {
      node.publish(OutboxMessage.to(topic.name()).businessId("" + i).build());
    }
  }
}
