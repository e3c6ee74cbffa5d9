package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.kafka.KafkaTransportAutoConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;

/** The property {@code outbox.safety}. */
class SafetyTest {

  private static final String LINE = "sealed with spit [letters]: seal it, see https://example.org";

  private final Pigeon pigeon = new Pigeon();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  OutboxAutoConfiguration.class))
          .withBean("pigeonTransport", Transport.class, () -> pigeon)
          .withPropertyValues(
              "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
              "outbox.transports.pigeon.topics=letters");

  @Test
  void failRefusesTheStartWithTheFindings() {
    runner
        .withPropertyValues("outbox.safety=fail")
        .run(
            context -> {
              assertThat(context)
                  .getFailure()
                  .rootCause()
                  .isInstanceOf(ConfigurationException.class)
                  .hasMessageContainingAll("outbox.safety is fail", "'pigeon'", LINE);
              assertThat(pigeon.looks).containsExactly(new RoutedTopics(List.of("letters")));
            });
  }

  @Test
  void warnIsTheDefaultAndStarts() {
    runner.run(
        context -> {
          assertThat(context).hasNotFailed();
          await()
              .atMost(Duration.ofSeconds(20))
              .untilAsserted(() -> assertThat(pigeon.looks).hasSize(1));
        });
  }

  @Test
  void offLetsNobodyLook() {
    runner
        .withPropertyValues("outbox.safety=off")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(pigeon.looks).isEmpty();
  }

  @Test
  void anotherValueIsBootsOwnError() {
    runner
        .withPropertyValues("outbox.safety=on")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("outbox.safety")
                    .hasStackTraceContaining(BindException.class.getName()));
  }

  @Test
  void aKafkaThatIsAwayStopsNoStart() {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                KafkaAutoConfiguration.class, KafkaTransportAutoConfiguration.class))
        .withPropertyValues(
            "outbox.safety=fail",
            "outbox.transports.pigeon.enabled=false",
            "outbox.transports.kafka.send-limit=1s",
            "spring.kafka.bootstrap-servers=127.0.0.1:1")
        .run(context -> assertThat(context).hasNotFailed());
  }

  /** Of a broker that loses letters. */
  private static final class Pigeon implements Transport {

    final List<RoutedTopics> looks = new CopyOnWriteArrayList<>();

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      batch.forEach(message -> results.accept(message, SendResult.acknowledged(null)));
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(5);
    }

    @Override
    public SafetyReport inspect(RoutedTopics topics) {
      looks.add(topics);
      return new SafetyReport(
          List.of(
              new Finding(
                  "letters", "sealed with spit", "seal it", URI.create("https://example.org"))),
          List.of());
    }
  }
}
