package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendEvent;
import io.outbox4j.SendListener;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.support.TransactionTemplate;

/** Retry policies by properties and by bean, and listeners: seen by what becomes of messages. */
class RetryPoliciesTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  OutboxAutoConfiguration.class))
          .withUserConfiguration(Walls.class)
          .withPropertyValues(
              "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
              "outbox.safety=off",
              "outbox.send.shutdown-limit=100ms",
              "outbox.send.retry.first-pause=1ms",
              "outbox.send.retry.max-pause=1ms",
              "outbox.send.retry.max-attempts=2");

  @Test
  void theErrorComesBeforeTheTopicThatBeforeTheTransportAndThatBeforeTheRest() {
    runner
        .withPropertyValues(
            "outbox.errors.IllegalBrick.retry.max-attempts=1",
            "outbox.errors[TOO_LARGE].retry.max-attempts=6",
            "outbox.topics[orders.*].retry.max-attempts=3",
            "outbox.topics[audit].ordered=false",
            "outbox.transports.wall.retry.max-attempts=4",
            "outbox.transports.wall.topics=*")
        .run(
            context -> {
              assertThat(attemptsOf(context, "wall", "orders.eu", "IllegalBrick")).isEqualTo(1);
              assertThat(attemptsOf(context, "wall", "orders.eu", "TOO_LARGE")).isEqualTo(6);
              assertThat(attemptsOf(context, "wall", "orders.eu", "Other")).isEqualTo(3);
              assertThat(attemptsOf(context, "wall", "audit", "Other")).isEqualTo(4);
              assertThat(attemptsOf(context, "fence", "audit", "Other")).isEqualTo(2);
            });
  }

  @Test
  void whatAPolicyDoesNotSayIsAsUsual() {
    OutboxProperties.Retry usual =
        new OutboxProperties.Retry(
            7,
            Duration.ofHours(1),
            RetryPolicy.Growth.LINEAR,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            3,
            0.5,
            java.util.Set.of("E"));
    assertThat(usual.with(none()).policy()).isEqualTo(usual.policy());
    runner
        .withPropertyValues(
            "outbox.send.retry.final-errors=IllegalBrick,TOO_LARGE",
            "outbox.topics[orders].retry.max-attempts=5",
            "outbox.topics[orders].retry.growth=fixed",
            "outbox.topics[audit].retry.final-errors=Other")
        .run(
            context -> {
              assertThat(attemptsOf(context, "wall", "orders", "TOO_LARGE")).isEqualTo(1);
              assertThat(attemptsOf(context, "wall", "orders", "Other")).isEqualTo(5);
              assertThat(attemptsOf(context, "wall", "audit", "Other")).isEqualTo(1);
              assertThat(attemptsOf(context, "wall", "audit", "TOO_LARGE")).isEqualTo(2);
            });
  }

  @Test
  void anOldMessageIsNotTriedAThirdTime() {
    runner
        .withPropertyValues("outbox.send.retry.max-attempts=1000", "outbox.send.retry.max-age=1ms")
        .run(context -> assertThat(attemptsOf(context, "wall", "orders", "Other")).isBetween(2, 3));
  }

  @Test
  void aBeanDecidesBeforeAllProperties() {
    runner
        .withUserConfiguration(OwnPolicies.class)
        .withPropertyValues("outbox.errors.Other.retry.max-attempts=3")
        .run(
            context -> {
              assertThat(attemptsOf(context, "wall", "orders", "Other")).isEqualTo(4);
              assertThat(attemptsOf(context, "wall", "audit", "Other")).isEqualTo(3);
              assertThat(attemptsOf(context, "wall", "broken", "Other")).isEqualTo(3);
            });
  }

  @Test
  void listenersAreToldInTheirOrder() {
    runner
        .withUserConfiguration(MoreListeners.class)
        .run(
            context -> {
              attemptsOf(context, "wall", "orders", "Other");
              List<String> told = context.getBean(MoreListeners.class).told;
              await()
                  .untilAsserted(
                      () ->
                          assertThat(told)
                              .containsExactly(
                                  "first retry", "second retry", "first dead", "second dead"));
            });
  }

  @Test
  void everyBadValueIsNamedByItsProperty() {
    runner
        .withPropertyValues(
            "outbox.send.retry.jitter=2",
            "outbox.topics[orders.*].retry.max-attempts=0",
            "outbox.transports.wall.retry.first-pause=2ms",
            "outbox.transports.wall.retry.jitter=0",
            "outbox.errors.E.retry.max-age=0s",
            "outbox.errors.E.retry.jitter=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll(
                        "outbox.send.retry.jitter must be",
                        "outbox.topics[orders.*].retry.max-attempts must be",
                        "outbox.transports[wall].retry.max-pause must be at least first-pause"
                            + " (PT0.002S)",
                        "outbox.errors[E].retry.max-age must be"));
  }

  @Test
  void anUnknownGrowthIsNamed() {
    runner
        .withPropertyValues("outbox.topics[orders].retry.growth=wild")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContainingAll("Growth", "wild"));
  }

  private static OutboxProperties.OwnRetry none() {
    return new OutboxProperties.OwnRetry(null, null, null, null, null, null, null, null);
  }

  /** Publishes a message that is rejected by this error, and says after how many times it died. */
  private static int attemptsOf(
      AssertableApplicationContext context, String transport, String topic, String error) {
    assertThat(context).hasNotFailed();
    UUID id =
        context
            .getBean(TransactionTemplate.class)
            .execute(
                tx ->
                    context
                        .getBean(Outbox.class)
                        .publish(
                            OutboxMessage.to(topic)
                                .transport(transport)
                                .header("error", error)
                                .build()));
    Deaths deaths = context.getBean(Deaths.class);
    await().until(() -> deaths.events.stream().anyMatch(event -> event.id().equals(id)));
    return deaths.events.stream()
        .filter(event -> event.id().equals(id))
        .findFirst()
        .orElseThrow()
        .attempts();
  }

  /** Rejects each message by the error that it asks for. */
  private static final class Wall implements Transport {
    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      batch.forEach(
          message ->
              results.accept(
                  message,
                  SendResult.rejected(
                      message.headers().getOrDefault("error", "none"), "hit the wall")));
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(5);
    }
  }

  static final class Deaths implements SendListener {

    final List<SendEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void onDead(SendEvent event) {
      events.add(event);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Walls {
    @Bean
    Transport wallTransport() {
      return new Wall();
    }

    @Bean
    Transport fenceTransport() {
      return new Wall();
    }

    @Bean
    Deaths deaths() {
      return new Deaths();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnPolicies {
    @Bean
    RetryPolicies retryPolicies() {
      RetryPolicy four = RetryPolicy.fixed(Duration.ofMillis(1)).withMaxAttempts(4);
      return (transport, topic, error) ->
          switch (topic) {
            case "orders" -> four;
            case "broken" -> throw new IllegalStateException("broken");
            default -> null;
          };
    }
  }

  @Configuration
  static class MoreListeners {

    final List<String> told = new CopyOnWriteArrayList<>();

    @Bean
    @Order(2)
    SendListener second() {
      return listener("second");
    }

    @Bean
    @Order(1)
    SendListener first() {
      return listener("first");
    }

    private SendListener listener(String name) {
      return new SendListener() {
        @Override
        public void onRetry(SendEvent event) {
          told.add(name + " retry");
        }

        @Override
        public void onDead(SendEvent event) {
          told.add(name + " dead");
        }
      };
    }
  }
}
