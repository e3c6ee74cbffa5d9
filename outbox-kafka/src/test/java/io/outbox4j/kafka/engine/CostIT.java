package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the database is asked to do for a message: counted, not timed. */
final class CostIT {

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void aMessageCostsOneInsertAndOneMark(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka);
    HikariDataSource pool = database.pool(2);
    CountedStatements statements = new CountedStatements(pool);
    try (Node node = quietNode(pool, statements, topic)) {
      publish(node, topic, 1);
      assertThat(statements.count("INSERT")).isOne();
      assertThat(statements.count()).as("with the mark").isEqualTo(2);

      statements.executed().clear();
      publish(node, topic, 8);
      assertThat(statements.count("INSERT")).as("one for a transaction").isOne();

      statements.executed().clear();
      publish(node, topic, 400);
      assertThat(statements.count()).as("with the marks").isLessThan(40);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void anIdleNodeAsksOncePerPollInterval(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka);
    HikariDataSource pool = database.pool(2);
    CountedStatements statements = new CountedStatements(pool);
    Duration interval = Duration.ofMillis(200);
    try (Node node =
        Node.on(pool)
            .through(statements)
            .kafka(kafka.bootstrapServers())
            .send(SendSettings.ofDefaults().withPollInterval(interval))
            .start()) {
      node.publish(message(topic));
      await().until(() -> node.status().inMemory() == 0);

      statements.executed().clear();
      long start = System.nanoTime();
      await().pollInterval(Duration.ofMillis(10)).until(() -> statements.count() >= 12);
      // At the default interval of 5 s these twelve are a minute's.
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(interval.multipliedBy(10));
    }
    assertThat(SendSettings.ofDefaults().pollInterval()).isEqualTo(Duration.ofSeconds(5));
  }

  /** The topic is known, the first looks of the jobs are over, and the next are far away. */
  private Node quietNode(HikariDataSource pool, CountedStatements statements, Topic topic) {
    Node node =
        Node.on(pool)
            .through(statements)
            .kafka(kafka.bootstrapServers())
            .send(SendSettings.ofDefaults().withPollInterval(Duration.ofHours(1)))
            .start();
    node.publish(message(topic));
    await()
        .until(
            () ->
                node.outbox4j.backlog().unsent() == 0
                    && node.status().inMemory() == 0
                    && statements.count("DELETE") + statements.count("SELECT") > 2);
    statements.executed().clear();
    return node;
  }

  private static void publish(Node node, Topic topic, int messages) {
    node.publish(IntStream.range(0, messages).mapToObj(i -> message(topic)).toList());
    await().until(() -> node.status().inMemory() == 0);
  }

  private static OutboxMessage message(Topic topic) {
    return OutboxMessage.to(topic.name()).payload("text").build();
  }
}
