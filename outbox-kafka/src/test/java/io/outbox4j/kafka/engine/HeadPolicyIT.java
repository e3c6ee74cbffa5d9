package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.HeadPolicy;
import io.outbox4j.OutboxMessage;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.server.DatabaseKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a key's messages behind one that the broker refuses for good. */
final class HeadPolicyIT {

  private static final RetryPolicy ONE_TRY =
      new RetryPolicy(1, Duration.ofMillis(100), Duration.ofSeconds(1), 2, 0.2);

  private final Picky broker = new Picky();

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void blockHoldsTheKeyUntilTheHeadIsOutOfTheWay(DatabaseKind kind) {
    Database database = Database.create(kind);
    HeadPolicy block = HeadPolicy.BLOCK;
    try (Node node = startNode(database, broker)) {
      node.publish(
          List.of(
              message("a", "bad", block), message("a", "a2", block), message("b", "b1", block)));
      await().until(() -> database.rows("status = 2 AND business_id = 'bad'") == 1);
      // Claimed by one statement, if both could be.
      node.publish(List.of(message("a", "a3", block), message("b", "b2", block)));
      await().until(() -> database.rows("status = 1") == 2);

      assertThat(broker.taken()).containsExactly("b1", "b2");
      assertThat(database.rows("status = 0 AND claims = resolved")).isEqualTo(2);

      database.execute("UPDATE message_send SET status = 3 WHERE status = 2");
      await().until(() -> database.rows("status = 1") == 4);
      assertThat(broker.taken()).containsExactly("b1", "b2", "a2", "a3");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void passSendsTheOthersWithoutIt(DatabaseKind kind) {
    Database database = Database.create(kind);
    HeadPolicy pass = HeadPolicy.PASS;
    try (Node node = startNode(database, broker)) {
      node.publish(
          List.of(message("a", "a1", pass), message("a", "bad", pass), message("a", "a3", pass)));
      node.publish(message("a", "a4", pass));

      await().until(() -> database.rows("status = 1") == 3);
    }
    assertThat(broker.taken()).containsExactly("a1", "a3", "a4");
    assertThat(database.rows("status = 2 AND business_id = 'bad' AND order_key IS NULL"))
        .as("dead, and never again in the line")
        .isOne();
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void dropKeyTakesAlongWhatOtherNodesPublished(DatabaseKind kind) {
    Database database = Database.create(kind);
    HeadPolicy drop = HeadPolicy.DROP_KEY;
    Gate gate = new Gate(Duration.ofSeconds(20));
    try (Node sender = startNode(database, gate);
        Node other = startNode(database, broker)) {
      sender.publish(message("a", "bad", drop));
      await().until(() -> gate.held().contains("bad"));
      other.publish(List.of(message("a", "a2", drop), message("b", "b1", drop)));
      await().until(() -> database.rows("status = 1 AND business_id = 'b1'") == 1);

      gate.answer(SendResult.rejected("bad"));
      await().until(() -> database.rows("status = 2") == 2);
      other.publish(List.of(message("a", "a3", drop), message("a", "a4", drop)));
      await().until(() -> database.rows("status = 2") == 4);

      assertThat(broker.taken()).containsExactly("b1");
      assertThat(database.rows("status = 2 AND order_key IS NOT NULL"))
          .as("rows that hold the key")
          .isOne();
      assertThat(
              database.texts(
                  "SELECT last_error FROM message_send WHERE status = 2 AND order_key IS NULL"))
          .hasSize(3)
          .allSatisfy(error -> assertThat(error).contains("dropped"));
      assertThat(sender.outbox4j.backlog().dead()).isEqualTo(4);

      database.execute("UPDATE message_send SET status = 3 WHERE business_id = 'bad'");
      other.publish(message("a", "a5", drop));
      await().until(() -> database.rows("status = 1 AND business_id = 'a5'") == 1);
    }
  }

  private static Node startNode(Database database, Transport transport) {
    return Node.on(database.pool(3))
        .transport(transport)
        .send(SendSettings.ofDefaults().withPollInterval(Duration.ofMillis(300)).withRetry(ONE_TRY))
        .start();
  }

  private static OutboxMessage message(String key, String businessId, HeadPolicy policy) {
    return OutboxMessage.to("topic")
        .key(key)
        .businessId(businessId)
        .ordered(true)
        .headPolicy(policy)
        .build();
  }
}
