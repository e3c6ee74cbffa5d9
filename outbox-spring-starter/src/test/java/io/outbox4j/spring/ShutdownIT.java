package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.transaction.support.TransactionTemplate;

/** The outbox starts before its users and stops after them, with nothing left half-done. */
class ShutdownIT {

  @Test
  void whatIsOnItsWayIsMarkedAndTheRestIsSentAtTheNextStart() {
    String database = "spring.datasource.url=jdbc:h2:mem:shutdown;DB_CLOSE_DELAY=-1";
    Application app = Application.of(Last.class, database, "last.topic=shutdown");
    app.inTransaction(
        outbox ->
            IntStream.range(0, 200)
                .forEach(i -> outbox.publish(OutboxMessage.to("shutdown").payload("x").build())));
    app.close();

    try (Application next = Application.of(Object.class, database)) {
      assertThat(next.count("SELECT count(*) FROM message_send"))
          .as("with what was published while the application stopped")
          .isEqualTo(201);
      assertThat(next.outbox4j().drain(Duration.ofSeconds(20)))
          .as("sent before the grace minute of a crash is over")
          .isTrue();
      assertThat(next.count("SELECT count(*) FROM message_send WHERE status = 1")).isEqualTo(201);
      assertThat(recordsOf("shutdown")).as("none was acknowledged and not marked").isEqualTo(201);
    }
  }

  @Test
  void itRunsBeforeListenersStartAndAfterTheyStop() {
    Application app = Application.of(Last.class, "last.topic=shutdown-order");
    int listeners = app.bean(KafkaListenerEndpointRegistry.class).getPhase();

    assertThat(app.bean(OutboxLifecycle.class).isRunning()).isTrue();
    assertThat(app.bean(OutboxLifecycle.class).getPhase())
        .isLessThan(listeners)
        .as("web server")
        .isLessThan(SmartLifecycle.DEFAULT_PHASE - 2048);
    assertThatCode(app::close).doesNotThrowAnyException();
  }

  private static long recordsOf(String topic) {
    Map<String, Object> config = Map.of("bootstrap.servers", SharedKafka.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      return consumer
          .endOffsets(
              consumer.partitionsFor(topic).stream()
                  .map(it -> new TopicPartition(it.topic(), it.partition()))
                  .toList())
          .values()
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  static class Last {
    /** Publishes when it is stopped, as a listener does that finishes its last message. */
    @Bean
    static SmartLifecycle lastWork(ObjectProvider<Publisher> publisher) {
      return new SmartLifecycle() {
        private boolean running;

        @Override
        public void start() {
          running = true;
        }

        @Override
        public void stop() {
          publisher.getObject().publishOne();
          running = false;
        }

        @Override
        public boolean isRunning() {
          return running;
        }
      };
    }

    @Bean
    static Publisher publisher(
        Outbox outbox, TransactionTemplate transactions, @Value("${last.topic}") String topic) {
      return () ->
          transactions.executeWithoutResult(
              tx -> outbox.publish(OutboxMessage.to(topic).payload("last").build()));
    }
  }

  interface Publisher {
    void publishOne();
  }
}
