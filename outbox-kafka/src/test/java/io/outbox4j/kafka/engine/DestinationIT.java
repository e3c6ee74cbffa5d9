package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A topic that is not there. */
final class DestinationIT {

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);

  @Test
  void aMissingTopicBacksOffAloneAndIsServedOnceItIsThere() {
    Topic missing = Topic.missing(kafka);
    Topic good = Topic.create(kafka);
    try (Node node =
        Node.on(database.pool(2)).kafka(kafka.bootstrapServers(), Duration.ofSeconds(4)).start()) {
      node.publish(Stream.concat(messages(missing, "lost-"), messages(good, "good-")).toList());

      await().until(() -> database.rows("status = 1 AND topic = '" + good.name() + "'") == 50);
      await().until(() -> node.status().unavailableDestinations().containsKey(missing.name()));
      assertThat(node.status().available()).isTrue();
      node.publish(messages(good, "more-").toList());
      await().until(() -> database.rows("status = 1 AND topic = '" + good.name() + "'") == 100);
      assertThat(database.rows("status = 0 AND attempts = 0")).isEqualTo(50);

      missing.create(Map.of());

      await().atMost(Duration.ofSeconds(30)).until(() -> database.rows("status = 1") == 150);
      assertThat(node.status().unavailableDestinations()).isEmpty();
    }
    assertThat(database.rows("attempts = 0")).isEqualTo(150);
    assertThat(missing.businessIds())
        .containsExactlyInAnyOrderElementsOf(
            messages(missing, "lost-").map(OutboxMessage::businessId).toList());
  }

  @Test
  void missingTopicsHoldUpNoTopicThatIsYetToBeTried() {
    Topic good = Topic.create(kafka);
    Duration sendLimit = Duration.ofSeconds(20);
    try (Node node = Node.on(database.pool(2)).kafka(kafka.bootstrapServers(), sendLimit).start()) {
      node.publish(
          IntStream.range(0, 3).boxed().flatMap(i -> messages(Topic.missing(kafka), "")).toList());
      node.publish(messages(good, "good-").toList());

      // The client waits a quarter of the send limit for a topic that is missing.
      await().atMost(sendLimit.dividedBy(5)).until(() -> database.rows("status = 1") == 50);
      assertThat(database.rows("status = 0 AND attempts = 0")).isEqualTo(150);
    }
  }

  private static Stream<OutboxMessage> messages(Topic topic, String prefix) {
    return IntStream.range(0, 50)
        .mapToObj(i -> OutboxMessage.to(topic.name()).businessId(prefix + i).build());
  }
}
