package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.testkit.server.RabbitServer;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.context.annotation.Bean;

/** One transaction through two brokers, one of which stands still. */
class SeveralBrokersIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String UNSENT_OF =
      "SELECT count(*) FROM message_send WHERE status = 0 AND transport = ?";

  @Test
  void aBrokerThatStandsStillDelaysNoMessageOfAnother() {
    // Its own: a frozen one would disturb the tests that share theirs.
    try (RabbitServer rabbit = new RabbitServer()) {
      rabbit.start();
      try (Application app =
          Application.of(
              Queues.class,
              "outbox.transports.rabbitmq.enabled=true",
              "outbox.transports.rabbitmq.topics=/audit",
              "outbox.transports.rabbitmq.send-limit=12s",
              "outbox.transports.kafka.topics=*",
              "spring.rabbitmq.host=127.0.0.1",
              "spring.rabbitmq.port=" + rabbit.address().getPort())) {
        app.bean(RabbitAdmin.class).initialize();
        publish(app, 1);
        await().atMost(LIMIT).until(() -> app.count(UNSENT_OF, "rabbitmq") == 0);

        rabbit.freeze();
        publish(app, 200);
        await().atMost(LIMIT).until(() -> app.count(UNSENT_OF, "kafka") == 0);
        assertThat(isAvailable(app, "rabbitmq")).as("RabbitMQ's answer is waited for").isTrue();
        assertThat(app.count(UNSENT_OF, "rabbitmq")).isEqualTo(200);
        await().atMost(LIMIT).until(() -> !isAvailable(app, "rabbitmq"));
        publish(app, 200);
        await().atMost(LIMIT).until(() -> app.count(UNSENT_OF, "kafka") == 0);
        assertThat(isAvailable(app, "kafka")).isTrue();

        rabbit.thaw();
        await().atMost(LIMIT).until(() -> app.count(UNSENT_OF, "rabbitmq") == 0);
        assertThat(app.count("SELECT count(*) FROM message_send WHERE status = 1")).isEqualTo(802);
      }
    }
  }

  private static void publish(Application app, int count) {
    app.inTransaction(
        outbox ->
            IntStream.range(0, count)
                .forEach(
                    i -> {
                      outbox.publish(OutboxMessage.to("several-brokers").payload("x").build());
                      outbox.publish(OutboxMessage.to("/audit").payload("x").build());
                    }));
  }

  private static boolean isAvailable(Application app, String transport) {
    return app.outbox4j().status().get(transport).available();
  }

  static class Queues {
    @Bean
    static Queue audit() {
      return new Queue("audit", true);
    }
  }
}
