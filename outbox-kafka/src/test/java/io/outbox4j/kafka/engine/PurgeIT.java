package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.PurgeSettings;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only what is sent and older than its retention is deleted. */
final class PurgeIT {

  private static final int BATCH = 20;
  private static final int MESSAGES = 55;
  private static final Duration RETENTION = Duration.ofMillis(500);

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void sentRowsGoInBatchesAndUnsentDeadAndForeignRowsStay(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka, Map.of("max.message.bytes", "10000"));
    List<Integer> purged = new CopyOnWriteArrayList<>();
    OutboxMetrics metrics =
        new OutboxMetrics() {
          @Override
          public void purged(String table, int count) {
            purged.add(count);
          }
        };

    try (Node stranger = builder(database).application("points").start();
        Node keeping = builder(database).start()) {
      stranger.publish(messages(topic));
      keeping.publish(messages(topic));
      keeping.publish(message(topic, "dead", 30_000));
      keeping.publish(message(Topic.missing(kafka), "unsent", 10));
      await().until(() -> database.rows("status = 1") == 2 * MESSAGES);
      await().until(() -> database.rows("status = 2") == 1);
    }
    assertThat(purged).as("purged with the default retention").isEmpty();

    PurgeSettings soon =
        new PurgeSettings(
            RETENTION, RETENTION, Duration.ofMillis(200), BATCH, Duration.ofMillis(10));
    try (Node purging = Node.on(database.pool(2)).purge(soon).metrics(metrics).build()) {
      purging.outbox4j.start();
      await().until(() -> database.rows("status = 1") == MESSAGES);
    }

    assertThat(purged).hasSizeGreaterThan(2).allMatch(count -> count <= BATCH);
    assertThat(purged.stream().mapToInt(count -> count).sum()).isEqualTo(MESSAGES);
    assertThat(database.rows("status = 1 AND application = 'points'")).isEqualTo(MESSAGES);
    assertThat(database.rows("status = 2 AND business_id = 'dead'")).isOne();
    assertThat(database.rows("status = 0 AND business_id = 'unsent'")).isOne();
  }

  private Node.Builder builder(Database database) {
    return Node.on(database.pool(2))
        .kafka(kafka.bootstrapServers(), Duration.ofSeconds(4))
        .send(
            SendSettings.ofDefaults()
                .withPollInterval(Duration.ofMillis(300))
                .withRetry(RetryPolicy.ofDefaults().withMaxAttempts(1)));
  }

  private static List<OutboxMessage> messages(Topic topic) {
    return IntStream.range(0, MESSAGES).mapToObj(i -> message(topic, "" + i, 10)).toList();
  }

  private static OutboxMessage message(Topic topic, String businessId, int size) {
    return OutboxMessage.to(topic.name()).businessId(businessId).payload(new byte[size]).build();
  }
}
