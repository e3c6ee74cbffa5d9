package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.OutboxMessage;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.kafka.KafkaMessages;
import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The effect of a message happens once per consumer group, however often it is delivered. */
final class ConsumeOnceIT {

  private static final String FAILED = "FAILED";

  private final KafkaServer kafka = SharedServers.kafka();
  private final Topic topic = Topic.create(kafka);

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void aFailureRollsAllBackAndTheNextDeliveryTakesEffectOnce(DatabaseKind kind) {
    Database database = withPoints(kind);
    Topic next = Topic.create(kafka);
    try (Node node = startNode(database)) {
      ReceivedMessage message = receive(node, "one").get(0);

      assertThatThrownBy(
              () -> node.inbox().process(message, m -> addPointsAndTell(node, m, next, true)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(database.count("points")).isZero();
      assertThat(database.count("message_consume WHERE status = 2 AND attempts = 1")).isOne();

      assertThat(node.inbox().process(message, m -> addPointsAndTell(node, m, next, false)))
          .isEqualTo(Outcome.CONSUMED);
      assertThat(node.inbox().process(message, m -> addPointsAndTell(node, m, next, false)))
          .isEqualTo(Outcome.DUPLICATE);
      await().until(() -> node.outbox4j.backlog().unsent() == 0);
    }
    assertThat(database.texts("SELECT message FROM points")).containsExactly("one");
    assertThat(database.count("message_consume WHERE status = 1")).isOne();
    assertThat(next.businessIds()).as("published on by the handler").containsExactly("one");
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void ofTwoDeliveriesAtOnceOneTakesEffect(DatabaseKind kind) throws Exception {
    Database database = withPoints(kind);
    String[] names =
        Stream.iterate(0, i -> i + 1).limit(20).map(i -> "m" + i).toArray(String[]::new);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Node node = startNode(database);
        Captured log = new Captured()) {
      List<ReceivedMessage> messages = receive(node, names);
      CyclicBarrier together = new CyclicBarrier(2);
      List<Future<List<Outcome>>> deliveries = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        deliveries.add(
            threads.submit(
                () -> {
                  List<Outcome> outcomes = new ArrayList<>();
                  for (ReceivedMessage message : messages) {
                    together.await();
                    outcomes.add(node.inbox().process(message, m -> addPoints(node, m)));
                  }
                  return outcomes;
                }));
      }
      List<Outcome> one = deliveries.get(0).get();
      List<Outcome> other = deliveries.get(1).get();
      for (int i = 0; i < names.length; i++) {
        assertThat(List.of(one.get(i), other.get(i)))
            .containsExactlyInAnyOrder(Outcome.CONSUMED, Outcome.DUPLICATE);
      }
      assertThat(log.warnings()).as("a duplicate is no news").isEmpty();
    } finally {
      threads.shutdownNow();
    }
    assertThat(database.texts("SELECT message FROM points")).containsExactlyInAnyOrder(names);
    assertThat(database.count("message_consume WHERE status = 1 AND attempts = 0"))
        .isEqualTo(names.length);
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void ofFourDeliveriesAtOnceWhoseFirstFailsOneTakesEffect(DatabaseKind kind) throws Exception {
    Database database = withPoints(kind);
    String[] names =
        Stream.iterate(0, i -> i + 1).limit(10).map(i -> "m" + i).toArray(String[]::new);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Node node = startNode(database)) {
      for (ReceivedMessage message : receive(node, names)) {
        assertThat(deliverToFour(threads, node, message))
            .as(message.businessId())
            .containsExactlyInAnyOrder(FAILED, "CONSUMED", "DUPLICATE", "DUPLICATE");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(database.texts("SELECT message FROM points")).containsExactlyInAnyOrder(names);
    // The failure is recorded unless the message was consumed before that, never more than once.
    assertThat(database.count("message_consume WHERE status = 1 AND attempts IN (0, 1)"))
        .isEqualTo(names.length);
  }

  /** What each delivery came to; one that found the message in progress was delivered again. */
  private static List<String> deliverToFour(
      ExecutorService threads, Node node, ReceivedMessage message) throws Exception {
    CyclicBarrier together = new CyclicBarrier(4);
    AtomicBoolean failed = new AtomicBoolean();
    Callable<String> delivery =
        () -> {
          together.await();
          while (true) {
            try {
              return node.inbox().process(message, m -> addPointsOrFail(node, m, failed)).name();
            } catch (InProgressElsewhereException e) {
              // again, as a broker does
            } catch (IllegalStateException e) {
              return FAILED;
            }
          }
        };
    List<String> outcomes = new ArrayList<>();
    for (Future<String> each : threads.invokeAll(Collections.nCopies(4, delivery))) {
      outcomes.add(each.get());
    }
    return outcomes;
  }

  private static void addPointsOrFail(Node node, ReceivedMessage message, AtomicBoolean failed) {
    addPoints(node, message);
    if (failed.compareAndSet(false, true)) {
      throw new IllegalStateException("the first handler fails");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void aConsumerThatIsKilledInItsHandlerLosesAndDoublesNothing(
      DatabaseKind kind, @TempDir Path folder) {
    Database database = withPoints(kind);
    try (Node node = startNode(database)) {
      publish(node, "first", "second");
      publish(node, ConsumerMain.LAST);
      try (ChildProcess consumer =
          NodeProcess.start(
              folder,
              ConsumerMain.class,
              database.url(),
              database.server().user(),
              "brokers=" + kafka.bootstrapServers(),
              "topic=" + topic.name())) {
        NodeProcess.await(consumer, ConsumerMain.IN_HANDLER);
        assertThat(database.count("points")).isEqualTo(2);
        consumer.kill();
      }

      Map<String, Outcome> outcomes = new HashMap<>();
      new Consumer(kafka.bootstrapServers(), topic.name(), node.inbox())
          .run(
              message -> addPoints(node, message),
              (record, outcome) -> outcomes.put(Topic.header(record, "ce_subject"), outcome),
              () -> outcomes.size() < 3);

      assertThat(outcomes)
          .containsEntry("first", Outcome.DUPLICATE)
          .containsEntry("second", Outcome.DUPLICATE)
          .containsEntry(ConsumerMain.LAST, Outcome.CONSUMED);
    }
    assertThat(database.texts("SELECT message FROM points"))
        .containsExactlyInAnyOrder("first", "second", ConsumerMain.LAST);
  }

  private static Database withPoints(DatabaseKind kind) {
    Database database = Database.create(kind);
    database.execute("CREATE TABLE points (message varchar(100))");
    return database;
  }

  private Node startNode(Database database) {
    return Node.on(database.pool(4)).kafka(kafka.bootstrapServers()).start();
  }

  private void publish(Node node, String... businessIds) {
    node.publish(
        Stream.of(businessIds)
            // One partition keeps the order.
            .map(id -> OutboxMessage.to(topic.name()).key("k").businessId(id).build())
            .toList());
    await().until(() -> node.outbox4j.backlog().unsent() == 0);
  }

  private List<ReceivedMessage> receive(Node node, String... businessIds) {
    publish(node, businessIds);
    return topic.records().stream()
        .map(record -> KafkaMessages.received(Consumer.GROUP, record))
        .toList();
  }

  private static void addPoints(Node node, ReceivedMessage message) {
    node.jdbc.update("INSERT INTO points (message) VALUES (?)", message.businessId());
  }

  private static void addPointsAndTell(
      Node node, ReceivedMessage message, Topic next, boolean failing) {
    addPoints(node, message);
    node.outbox4j
        .outbox()
        .publish(OutboxMessage.to(next.name()).businessId(message.businessId()).build());
    if (failing) {
      throw new IllegalStateException("the handler fails");
    }
  }
}
