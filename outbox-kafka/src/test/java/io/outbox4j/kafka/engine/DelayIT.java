package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.OutboxMessage.Builder;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages wait in the table, whoever published them, and go by the database's clock. */
final class DelayIT {

  private static final Duration DELAY = Duration.ofSeconds(2);

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void whatANodeLeftBehindIsSentWhenItIsDueAndOnlyIfItIsStillWanted(DatabaseKind kind) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka, 1);
    try (Node sender = Node.on(database.pool(2)).kafka(kafka.bootstrapServers()).start()) {
      // It sends nothing itself, and keeps nothing for itself.
      SendSettings noRoom = SendSettings.ofDefaults().withRoom(0, 0);
      try (Node gone = Node.on(database.pool(1)).send(noRoom).build()) {
        gone.publish(
            List.of(
                message(topic, "late").deliverAfter(DELAY).build(),
                message(topic, "head").line("line").deliverAfter(DELAY).build(),
                message(topic, "behind").line("line").build(),
                message(topic, "expired").expiresAt(Instant.EPOCH).build(),
                message(topic, "in months").deliverAfter(Duration.ofDays(300)).build(),
                message(topic, "now").build()));
        cancel(gone, message(topic, "cancelled").deliverAfter(DELAY).build());
      }

      await().until(() -> database.rows("status = 1") == 4);

      assertThat(database.rows("status = 1 AND sent_at < deliver_at")).isZero();
      assertThat(database.rows("status = 2 AND last_error = 'expired' AND attempts = 0"))
          .isEqualTo(1);
      assertThat(database.rows("status = 3 AND claims = 0")).isEqualTo(1);
      assertThat(sender.outbox4j.backlog().delayed()).isEqualTo(1);
      assertThat(sender.outbox4j.backlog().unsent()).isZero();
    }
    assertThat(topic.businessIds())
        .containsExactlyInAnyOrder("now", "late", "head", "behind")
        .startsWith("now")
        .containsSubsequence("head", "behind");
  }

  private static void cancel(Node node, OutboxMessage message) {
    UUID id =
        Objects.requireNonNull(
            node.transactions.execute(status -> node.outbox4j.outbox().publish(message)));
    Boolean cancelled = node.transactions.execute(status -> node.outbox4j.outbox().cancel(id));
    assertThat(cancelled).isTrue();
  }

  private static Builder message(Topic topic, String businessId) {
    return OutboxMessage.to(topic.name()).businessId(businessId).payload(businessId);
  }
}
