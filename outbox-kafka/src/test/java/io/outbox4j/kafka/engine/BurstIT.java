package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A burst that is faster than the broker, with little room in memory. */
final class BurstIT {

  private static final int MESSAGES = 4_000;
  private static final int ROOM = 200;
  private static final int BATCH = 50;

  private final KafkaServer kafka = SharedServers.kafka();
  private final Database database = Database.create(DatabaseKind.POSTGRESQL18);

  @AfterEach
  void heal() {
    kafka.proxy().heal();
  }

  @Test
  void whatFindsNoRoomIsFetchedAsSoonAsThereIsSome() {
    Topic topic = Topic.create(kafka);
    kafka.proxy().throttle(Direction.TO_SERVER, 2_000_000);
    try (Node node =
        Node.on(database.pool(4))
            .kafka(kafka.proxiedBootstrapServers())
            .send(SendSettings.ofDefaults().withBatches(BATCH, 4).withRoom(ROOM, 8 << 20))
            .start()) {
      int most = 0;
      for (int i = 0; i < MESSAGES; i += 40) {
        node.publish(messages(topic, i, i + 40));
        most = Math.max(most, node.status().inMemory());
      }
      assertThat(database.rows("status = 0 AND claims = 0"))
          .as("rows that were born without room")
          .isPositive();
      await().atMost(Duration.ofSeconds(50)).until(() -> database.rows("status = 1") == MESSAGES);
      // A claim under way and a publisher may fill the same room.
      assertThat(most).isLessThanOrEqualTo(ROOM + BATCH);
    }

    assertThat(database.rows("claims = 1 AND resolved = 0 AND attempts = 0"))
        .as("rows that were claimed once: by their birth, or when there was room")
        .isEqualTo(MESSAGES);
    assertThat(topic.businessIds()).hasSize(MESSAGES).doesNotHaveDuplicates();
  }

  private static List<OutboxMessage> messages(Topic topic, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i -> OutboxMessage.to(topic.name()).businessId("" + i).payload(new byte[1_000]).build())
        .toList();
  }
}
