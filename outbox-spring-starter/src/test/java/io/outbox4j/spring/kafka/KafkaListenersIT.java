package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;

/** Idempotent listeners of a whole application, with a real broker. */
class KafkaListenersIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void aMessageDeliveredTwiceTakesEffectOnce() {
    try (Application app = Application.of(Listeners.AllParameters.class)) {
      app.send("parameters", "1", "one");
      app.send("parameters", "1", "one");
      app.send("parameters", "2", "two");

      awaitEffects(app, "one", "two");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "two");
      assertThat(
              app.count(
                  "SELECT count(*) FROM message_consume WHERE consumer_group = 'parameters'"
                      + " AND source = 'elsewhere' AND status = 1"))
          .isEqualTo(2);
      assertThat(app.bean(Listeners.AllParameters.class).seen)
          .containsExactly("one, 1, true, transaction true", "two, 2, true, transaction true");
    }
  }

  @Test
  void aListenerWithoutTheAnnotationStaysAsItWas() {
    try (Application app = Application.of(Listeners.Plain.class)) {
      app.send("plain", "1", "one");
      app.send("plain", "1", "one");

      awaitEffects(app, "one", "one");
      assertThat(app.count("SELECT count(*) FROM message_consume")).isZero();
    }
  }

  @Test
  void aFailureRollsBackIsRecordedAndReachesTheUsersErrorHandler() {
    try (Application app = Application.of(Listeners.Failing.class)) {
      app.send("failing", "1", "bad");
      app.send("failing", "2", "good");

      awaitEffects(app, "good");
      assertThat(app.bean(Listeners.Failing.class).recovered).containsExactly("bad");
      assertThat(app.bean(Effects.class).calls).containsExactly("bad", "bad", "good");
      assertThat(
              app.database()
                  .queryForList(
                      "SELECT last_error FROM message_consume WHERE message_id = '1' AND status = 2",
                      String.class))
          .singleElement()
          .asString()
          .contains("IllegalStateException")
          .doesNotContain("secret");
    }
  }

  @Test
  void whatThePayloadCantBeConvertedToIsAFailureInsideTheTransaction() {
    try (Application app = Application.of(Listeners.Numbers.class)) {
      app.send("numbers", "1", "not a number");
      app.send("numbers", "2", "42");

      awaitEffects(app, "42");
      assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 2")).isEqualTo(1);
    }
  }

  @Test
  void everyTryOfARetryingAdviceGoesThroughTheInbox() {
    try (Application app = Application.of(Listeners.Retrying.class)) {
      app.send("retrying", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
      assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 1")).isEqualTo(1);
    }
  }

  @Test
  void aTransactionThatIsRunningIsJoined() {
    try (Application app = Application.of(Listeners.Joining.class)) {
      app.send("joining", "1", "one");
      app.send("joining", "1", "one");
      app.send("joining", "2", "two");

      awaitEffects(app, "one", "two");
      assertThat(app.bean(Listeners.Joining.class).rolledBack).hasSize(1);
      assertThat(app.bean(Effects.class).calls)
          .as("the first transaction was rolled back by its owner, and the row with it")
          .containsExactly("one", "one", "two");
    }
  }

  @Test
  void withManualAcknowledgementNackDeliversAgainAndDuplicatesAreAcknowledged() {
    try (Application app =
        Application.of(Listeners.Manual.class, "spring.kafka.listener.ack-mode=manual_immediate")) {
      app.send("manual", "1", "one");
      app.send("manual", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
      assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 2")).isZero();
      awaitCommitted(app, "manual", 2);
    }
  }

  @Test
  void theHandlersOfAClassAreIdempotent() {
    try (Application app = Application.of(Listeners.Handlers.class)) {
      app.send("handlers", "1", "one");
      app.send("handlers", "1", "one");
      app.send("handlers", "2", "two");

      awaitEffects(app, "one", "two");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "two");
    }
  }

  @Test
  void theUsersFilterStays() {
    try (Application app = Application.of(Listeners.Filtering.class)) {
      app.send("filtering", "1", "drop");
      app.send("filtering", "2", "keep");

      awaitEffects(app, "keep");
      assertThat(app.bean(Effects.class).calls).containsExactly("keep");
    }
  }

  @Test
  void whatAHandlerPublishesGoesWithItsTransaction() {
    try (Application app = Application.of(Listeners.Relaying.class)) {
      app.send("relaying", "1", "one");
      app.send("relaying", "1", "one");

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(app.count("SELECT count(*) FROM message_consume WHERE status = 1"))
                      .isEqualTo(2));
      assertThat(app.bean(Effects.class).inDatabase()).containsExactly("relayed one");
      assertThat(app.count("SELECT count(*) FROM message_send")).isEqualTo(1);
    }
  }

  @Test
  void theSameForeignRecordReadAgainTakesEffectOnce() {
    try (Application app = Application.of(Listeners.Foreign.class)) {
      app.send(new ProducerRecord<>("foreign", "one"));
      awaitEffects(app, "one");
      KafkaListenerEndpointRegistry registry = app.bean(KafkaListenerEndpointRegistry.class);

      app.bean(Listeners.Foreign.class).again = true;
      registry.getListenerContainer("foreign").stop();
      registry.getListenerContainer("foreign").start();
      app.send(new ProducerRecord<>("foreign", "two"));

      awaitEffects(app, "one", "two");
      assertThat(app.bean(Listeners.Foreign.class).seeks).isEqualTo(1);
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "two");
    }
  }

  @Test
  void thePayloadIsKeptWhenTheListenerAsksForIt() {
    try (Application app = Application.of(Listeners.Keeping.class)) {
      app.send("keeping", "1", "one");
      app.send("not-keeping", "2", "two");

      awaitEffects(app, "one", "two");
      assertThat(app.count("SELECT count(*) FROM message_consume WHERE payload IS NOT NULL"))
          .isEqualTo(1);
    }
  }

  private static void awaitEffects(Application app, String... texts) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(app.bean(Effects.class).inDatabase()).containsExactlyInAnyOrder(texts));
  }

  private static void awaitCommitted(Application app, String topic, long offset) {
    var admin =
        org.apache.kafka.clients.admin.Admin.create(
            java.util.Map.of(
                "bootstrap.servers", io.outbox4j.spring.SharedKafka.bootstrapServers()));
    try (admin) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(
                          admin
                              .listConsumerGroupOffsets(topic)
                              .partitionsToOffsetAndMetadata()
                              .get()
                              .values())
                      .singleElement()
                      .satisfies(place -> assertThat(place.offset()).isEqualTo(offset)));
    }
  }
}
