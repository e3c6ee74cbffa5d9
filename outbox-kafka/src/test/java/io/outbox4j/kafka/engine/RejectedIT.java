package io.outbox4j.kafka.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendEvent;
import io.outbox4j.SendListener;
import io.outbox4j.SendSettings;
import io.outbox4j.TopicSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A message that the broker, or the database, does not take. */
final class RejectedIT {

  private static final String SECRET = "4929-1234-5678-9012";
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(300), Duration.ofSeconds(5), 2, 0.2);

  private final KafkaServer kafka = SharedServers.kafka();

  @Test
  void itIsTriedAgainWithBackoffThenDeadAndHoldsUpNobody() {
    Database database = Database.create(DatabaseKind.POSTGRESQL18);
    Topic topic = Topic.create(kafka, Map.of("max.message.bytes", "10000"));
    try (Captured log = new Captured();
        Node node = startNode(database)) {
      long start = System.nanoTime();
      node.publish(
          List.of(
              message(topic, "too large", SECRET.repeat(1_000)), message(topic, "small", SECRET)));
      await().until(() -> database.rows("business_id = 'small' AND status = 1") == 1);
      node.publish(
          IntStream.range(0, 20).mapToObj(i -> message(topic, "next-" + i, SECRET)).toList());
      await().until(() -> database.rows("status = 1") == 21);
      await().until(() -> database.rows("status = 2") == 1);

      // Pauses of 0.3 and 0.6 s, a fifth of each left to chance.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(700));
      assertThat(node.outbox4j.backlog().dead()).isOne();
      assertThat(node.status().available()).isTrue();
      assertThat(log.lines())
          .anySatisfy(line -> assertThat(line).contains("is dead"))
          .noneSatisfy(line -> assertThat(line).contains(SECRET));
    }
    assertThat(database.rows("status = 2 AND attempts = 3 AND business_id = 'too large'")).isOne();
    assertThat(database.texts("SELECT last_error FROM message_send WHERE status = 2"))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("RecordTooLarge").doesNotContain(SECRET));
    assertThat(topic.businessIds()).hasSize(21).doesNotContain("too large");
  }

  @Test
  void aTopicsPolicyAndAFinalErrorSayWhenItIsDead() {
    Database database = Database.create(DatabaseKind.POSTGRESQL18);
    Topic patient = Topic.create(kafka, Map.of("max.message.bytes", "10000"));
    Topic picky = Topic.create(kafka, Map.of("max.message.bytes", "10000"));
    RetryPolicy fixed = RetryPolicy.fixed(Duration.ofMillis(100)).withMaxAttempts(5);
    List<String> told = new CopyOnWriteArrayList<>();
    try (Node node =
        nodeOn(database)
            .topic(patient.name(), TopicSettings.ofDefaults().withRetry(fixed))
            .topic(
                picky.name(),
                TopicSettings.ofDefaults()
                    .withRetry(fixed.withFinalErrors("RecordTooLargeException")))
            .listener(
                new SendListener() {
                  @Override
                  public void onRetry(SendEvent event) {
                    told.add(event.businessId() + " rejected, " + event.attempts());
                  }

                  @Override
                  public void onDead(SendEvent event) {
                    told.add(event.businessId() + " dead, " + event.attempts());
                  }
                })
            .start()) {
      node.publish(message(picky, "picky", SECRET.repeat(1_000)));
      await().until(() -> told.size() == 1);
      node.publish(message(patient, "patient", SECRET.repeat(1_000)));
      await().until(() -> told.size() == 6);
    }
    assertThat(told)
        .containsExactly(
            "picky dead, 1",
            "patient rejected, 1",
            "patient rejected, 2",
            "patient rejected, 3",
            "patient rejected, 4",
            "patient dead, 5");
    assertThat(database.rows("status = 2 AND attempts = 1 AND business_id = 'picky'")).isOne();
    assertThat(database.rows("status = 2 AND attempts = 5 AND business_id = 'patient'")).isOne();
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL18", "MYSQL", "MARIADB", "H2"})
  void whatTheDatabaseRefusesIsToldWithoutItsPayload(DatabaseKind kind) {
    Database database = Database.create(kind);
    OutboxMessage twice =
        OutboxMessage.to("topic-of-nobody").id(UUID.randomUUID()).payload(SECRET).build();
    try (Captured log = new Captured();
        Node node = startNode(database)) {
      Throwable error = catchThrowable(() -> node.publish(List.of(twice, twice)));

      assertThat(stackTrace(error)).contains("a message of this id already").doesNotContain(SECRET);
      assertThat(log.lines()).noneSatisfy(line -> assertThat(line).contains(SECRET));
    }
    assertThat(database.count("message_send")).isZero();
  }

  private Node startNode(Database database) {
    return nodeOn(database).start();
  }

  private Node.Builder nodeOn(Database database) {
    return Node.on(database.pool(2))
        .kafka(kafka.bootstrapServers())
        .send(SendSettings.ofDefaults().withPollInterval(Duration.ofMillis(300)).withRetry(POLICY));
  }

  private static OutboxMessage message(Topic topic, String businessId, String payload) {
    return OutboxMessage.to(topic.name()).businessId(businessId).payload(payload).build();
  }

  private static String stackTrace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
