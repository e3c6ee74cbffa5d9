package io.outbox4j.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.Application;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/** What operators see of a transport that has trouble. */
class ActuateIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void aMissingDestinationIsShownInHealthAndMetricsAtOnce() {
    try (Application app = Application.of(Troubled.class)) {
      app.inTransaction(
          outbox -> outbox.publish(OutboxMessage.to("missing").payload("secret").build()));

      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(health(app).getStatus()).isEqualTo(Status.DOWN));
      assertThat(health(app).getDetails().toString())
          .contains("missing", "no such topic")
          .doesNotContain("secret");
      assertThat(gauge(app, "outbox.transport.destinations.unavailable")).isEqualTo(1);
      assertThat(gauge(app, "outbox.transport.available")).isEqualTo(1);
    }
  }

  @Test
  void aBrokerThatIsAwayIsShownWithTheBacklog() {
    try (Application app = Application.of(Troubled.class)) {
      app.inTransaction(
          outbox -> outbox.publish(OutboxMessage.to("away").payload("secret").build()));

      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(gauge(app, "outbox.transport.available")).isZero());
      assertThat(health(app).getStatus()).isEqualTo(Status.DOWN);
      assertThat(health(app).getDetails().toString()).contains("no broker");
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(gauge(app, "outbox.backlog.unsent")).isEqualTo(1));
      assertThat(health(app).getDetails())
          .extractingByKey("backlog")
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
          .containsKeys("unsent", "oldestUnsent", "dead");
    }
  }

  @Test
  void aRejectedMessageIsCounted() {
    try (Application app = Application.of(Troubled.class, "outbox.send.retry.max-attempts=1")) {
      app.inTransaction(outbox -> outbox.publish(OutboxMessage.to("bad").payload("x").build()));

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(
                          app.bean(MeterRegistry.class)
                              .get("outbox.dead")
                              .tag("transport", "troubled")
                              .counter()
                              .count())
                      .isEqualTo(1));
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(gauge(app, "outbox.backlog.dead")).isEqualTo(1));
      assertThat(health(app).getStatus()).isEqualTo(Status.UP);
    }
  }

  @Test
  void theIndicatorCanBeSwitchedOff() {
    try (Application app =
        Application.of(Troubled.class, "management.health.outbox.enabled=false")) {
      assertThat(app.beans(HealthIndicator.class)).doesNotContainKey("outboxHealthIndicator");
    }
  }

  private static Health health(Application app) {
    return app.beans(HealthIndicator.class).get("outboxHealthIndicator").health();
  }

  private static double gauge(Application app, String name) {
    return app.bean(MeterRegistry.class).get(name).gauge().value();
  }

  static class Troubled {
    @Bean
    Transport troubledTransport() {
      return new Transport() {
        @Override
        public void send(
            List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
          batch.forEach(message -> results.accept(message, of(message.topic())));
        }

        @Override
        public Duration sendLimit() {
          return Duration.ofSeconds(5);
        }
      };
    }

    private static SendResult of(String topic) {
      return switch (topic) {
        case "missing" -> SendResult.destinationUnavailable(false, "no such topic");
        case "away" -> SendResult.transportUnavailable(false, "no broker");
        default -> SendResult.rejected("too bad");
      };
    }
  }
}
