package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import io.outbox4j.testkit.server.TcpProxy;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** The connection breaks during COMMIT: nobody but the table knows what became of it. */
final class CommitInDoubtIT {

  private static final Duration GRACE = Duration.ofMillis(4_500);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(2);

  private final KafkaServer kafka = SharedServers.kafka();
  private final Topic topic = Topic.create(kafka);

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB"})
  void whatTheDatabaseCommittedIsSentOnceAfterItsGrace(DatabaseKind kind) {
    Database database = Database.create(kind);
    publishAndBreakAt(Direction.TO_CLIENT, database);
    assertThat(database.rows("status = 0 AND claims = 1")).isOne();

    anotherNodeSends(database);

    assertThat(database.rows("status = 1 AND claims = 2 AND sent_at >= created_at")).isEqualTo(1);
    assertThat(topic.businessIds()).containsExactlyInAnyOrder("before", "in doubt", "after");
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB"})
  void whatTheDatabaseNeverCommittedIsNeverSent(DatabaseKind kind) {
    Database database = Database.create(kind);
    publishAndBreakAt(Direction.TO_SERVER, database);
    // The server rolls back when it sees that its client has gone.
    await().until(() -> database.rows("business_id = 'in doubt'") == 0);

    anotherNodeSends(database);

    assertThat(topic.businessIds()).containsExactlyInAnyOrder("before", "after");
  }

  private void publishAndBreakAt(Direction direction, Database database) {
    SendSettings send =
        SendSettings.ofDefaults().withGrace(GRACE).withPollInterval(Duration.ofHours(1));
    try (TcpProxy proxy = TcpProxy.before(database.server().address());
        Node node =
            Node.on(database.pool(proxy.address(), 4))
                .kafka(kafka.bootstrapServers(), SEND_LIMIT)
                .send(send)
                .start()) {
      node.publish(message("before"));
      // From here on the engine is quiet: the next bytes are the COMMIT.
      await().until(() -> database.rows("status = 1") == 1);
      await().until(() -> node.status().inMemory() == 0);
      node.manager.addListener(
          new TransactionExecutionListener() {
            @Override
            public void beforeCommit(TransactionExecution transaction) {
              proxy.cutAtNext(direction);
            }
          });

      assertThatThrownBy(() -> node.publish(message("in doubt"))).isNotNull();
      assertThat(node.status().inMemory()).isZero();
    }
  }

  /** It has its work from the table alone. */
  private void anotherNodeSends(Database database) {
    SendSettings send =
        SendSettings.ofDefaults().withGrace(GRACE).withPollInterval(Duration.ofMillis(200));
    try (Node other =
        Node.on(database.pool(2)).kafka(kafka.bootstrapServers(), SEND_LIMIT).send(send).start()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> other.outbox4j.backlog().unsent() == 0);
      other.publish(message("after"));
      await().until(() -> other.outbox4j.backlog().unsent() == 0);
    }
  }

  private OutboxMessage message(String businessId) {
    return OutboxMessage.to(topic.name()).businessId(businessId).build();
  }
}
