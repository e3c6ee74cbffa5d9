package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;

/** A message stays the same one in all of its retry topics. */
class RetryTopicIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  @Test
  void aFailedMessageIsConsumedInARetryTopicAsTheOneThatItIs() {
    try (Application app = Application.of(Retried.class)) {
      app.send("retried", "1", "one");
      app.send("retried", "1", "one");
      app.send(new ProducerRecord<>("retried", "foreign"));

      awaitRows(app, 2);
      Effects effects = app.bean(Effects.class);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(effects.inDatabase()).containsExactlyInAnyOrder("one", "foreign"));
      assertThat(
              app.database()
                  .queryForList(
                      "SELECT DISTINCT consumer_group FROM message_consume", String.class))
          .as("one group, though the containers have three")
          .containsExactly("retried");
      assertThat(app.bean(MeterRegistry.class).get("outbox.failed").counter().count())
          .as("a record that comes before it is due is no failure")
          .isEqualTo(app.bean(Retried.class).failures.size());
    }
  }

  @Test
  void whatEndsInTheDeadLetterTopicStaysFailedUnlessItsHandlerIsIdempotent() {
    try (Application app = Application.of(Dead.class)) {
      app.send("dying", "1", "one");

      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(app.bean(Dead.class).dead).containsExactly("one"));
      assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 2")).isEqualTo(1);
    }
  }

  private static void awaitRows(Application app, int count) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 1"))
                    .isEqualTo(count));
  }

  static class Retried extends Listeners.Listener {
    final List<String> failures = new CopyOnWriteArrayList<>();

    Retried(Effects effects) {
      super(effects);
    }

    @Idempotent
    @RetryableTopic(attempts = "3", backOff = @BackOff(delay = 1_000))
    @KafkaListener(id = "retried", topics = "retried")
    void on(String value) {
      effects.happen(value);
      if (failures.stream().filter(value::equals).count() < 2) {
        failures.add(value);
        throw new IllegalStateException("not yet");
      }
    }
  }

  static class Dead extends Listeners.Listener {
    final List<String> dead = new CopyOnWriteArrayList<>();

    Dead(Effects effects) {
      super(effects);
    }

    @Idempotent
    @RetryableTopic(attempts = "2", backOff = @BackOff(delay = 10))
    @KafkaListener(id = "dying", topics = "dying")
    void on(String value) {
      throw new IllegalStateException("never");
    }

    @DltHandler
    void onDead(String value) {
      dead.add(value);
    }
  }
}
