package io.outbox4j.kafka.engine;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.SendSettings;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes publish and send messages of fifty keys, in order. Consumers that leave out what they saw
 * before see each key's messages as they were committed.
 */
final class OrderIT {

  private final KafkaServer kafka = SharedServers.kafka();

  @ParameterizedTest
  @CsvSource({"POSTGRESQL18, 20000", "MYSQL, 4000"})
  void whateverFailsFirstDeliveriesAreInOrderAndNoKeyStarves(
      DatabaseKind kind, int messages, @TempDir Path folder, TestReporter reporter) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka, 6);
    try (OrderNodes nodes = new OrderNodes(folder, database, topic, 4, messages)) {
      nodes.awaitSent(10);
      nodes.replace(0);

      nodes.awaitSent(25);
      nodes.freezeBeyondItsLease(1, () -> {});

      nodes.awaitSent(40);
      kafka.kill();
      kafka.start();

      nodes.awaitSent(55);
      nodes.freezeBeyondItsLease(2, () -> nodes.replace(3));

      nodes.awaitSent(70);
      kafka.freeze();
      nodes.awaitEnd(nodes.claims());
      kafka.thaw();

      nodes.awaitSent(85);
      nodes.replace(1);
      nodes.awaitAllPublished();
      awaitAllSent(database);
    }
    check(database, topic, messages, reporter);
  }

  @ParameterizedTest
  @CsvSource({"MARIADB, 2000", "H2, 2000"})
  void noMatterWhichDatabaseNodesFailOn(
      DatabaseKind kind, int messages, @TempDir Path folder, TestReporter reporter) {
    Database database = Database.create(kind);
    Topic topic = Topic.create(kafka, 6);
    try (OrderNodes nodes = new OrderNodes(folder, database, topic, 3, messages)) {
      nodes.awaitSent(25);
      nodes.freezeBeyondItsLease(1, () -> nodes.replace(0));
      nodes.awaitAllPublished();
      awaitAllSent(database);
    }
    check(database, topic, messages, reporter);
  }

  private static void check(Database database, Topic topic, int messages, TestReporter reporter) {
    Map<String, Integer> published = published(database);
    Deliveries deliveries = Deliveries.in(topic);
    reporter.publishEntry("messages that came again", "" + deliveries.repeats());
    assertThat(deliveries.wrong(published)).isEmpty();
    assertThat(database.rows("status = 1"))
        .isGreaterThanOrEqualTo(messages)
        .isEqualTo(published.values().stream().mapToInt(Integer::intValue).sum());
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void withoutAFaultNoMessageWaitsForATimer(DatabaseKind kind) {
    Database database = Database.create(kind);
    Deliveries deliveries = sendAll(database, this::transport);

    assertThat(deliveries.wrong(published(database))).isEmpty();
    assertThat(deliveries.repeats()).isZero();
    assertThat(database.rows("claims <> 1")).as("messages that were claimed in vain").isZero();
  }

  @Test
  void whatStandsBehindARefusedMessageWaitsForNoPollNorForALease() {
    Database database = Database.create(DatabaseKind.POSTGRESQL18);
    Deliveries deliveries = sendAll(database, () -> new Refusing(transport(), 20));

    assertThat(deliveries.wrong(published(database))).isEmpty();
    assertThat(deliveries.repeats()).isZero();
    assertThat(database.rows("attempts > 0")).as("refused messages").isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void anIdleNodeFindsTheKeysOfOneThatDiedRightAfterItsCommits(DatabaseKind kind) {
    Database database = Database.create(kind);
    try (Node idle = Node.on(database.pool(2)).transport(new Picky()).start();
        // One that never starts to send is as good as dead.
        Node dead = Node.on(database.pool(2)).transport(new Picky()).build()) {
      await().until(() -> idle.outbox4j.backlog().unsent() == 0);
      Counting.createKeys(database);
      publish(new Counting(dead, "topic", new Random(1)));
      awaitAllSent(database);
    }
    assertThat(database.rows("claims = 1")).isEqualTo(database.count("message_send")).isPositive();
  }

  /** Publishes on three nodes at once, waits until all is sent, and reads it. */
  private Deliveries sendAll(Database database, Supplier<Transport> transport) {
    Topic topic = Topic.create(kafka, 6);
    try (Node one = startNode(database, transport.get())) {
      Counting.createKeys(database);
      try (Node two = startNode(database, transport.get());
          Node three = startNode(database, transport.get())) {
        List<Node> nodes = List.of(one, two, three);
        IntStream.range(0, 6)
            .mapToObj(i -> new Counting(nodes.get(i % 3), topic.name(), new Random(i)))
            .map(counting -> CompletableFuture.runAsync(() -> publish(counting)))
            .toList()
            .forEach(CompletableFuture::join);
        awaitAllSent(database);
      }
    }
    return Deliveries.in(topic);
  }

  private static void publish(Counting counting) {
    for (int i = 0; i < 100; i++) {
      counting.publish();
    }
  }

  private Transport transport() {
    return KafkaTransport.of(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** Neither the next poll nor the end of a lease comes within the time of the test. */
  private static Node startNode(Database database, Transport transport) {
    return Node.on(database.pool(5))
        .transport(transport)
        .send(
            SendSettings.ofDefaults()
                .withLease(Duration.ofMinutes(30))
                .withPollInterval(Duration.ofHours(1))
                .withRetry(OrderMain.OFTEN_AND_SOON))
        .start();
  }

  private static void awaitAllSent(Database database) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(unsent(database)).isEmpty());
  }

  /** The first rows that are not sent. */
  private static List<String> unsent(Database database) {
    return database.texts(
        "SELECT concat(business_id, ' status ', status, ' claims ', claims, ' resolved ', resolved)"
            + " FROM message_send WHERE status <> 1 ORDER BY seq LIMIT 20");
  }

  /** The last number of each key. */
  private static Map<String, Integer> published(Database database) {
    return database.texts("SELECT concat('k', k, ':', n) FROM counter").stream()
        .map(text -> text.split(":", 2))
        .collect(
            toMap(
                keyAndNumber -> keyAndNumber[0], keyAndNumber -> Integer.valueOf(keyAndNumber[1])));
  }
}
