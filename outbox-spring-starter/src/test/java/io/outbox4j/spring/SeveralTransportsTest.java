package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.kafka.KafkaTransportAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Which transports there are, by what names, and what goes through them. */
class SeveralTransportsTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  JdbcTemplateAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  OutboxAutoConfiguration.class,
                  KafkaTransportAutoConfiguration.class))
          .withPropertyValues(
              "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
              "spring.kafka.bootstrap-servers=127.0.0.1:1",
              "outbox.send.shutdown-limit=100ms");

  @Test
  void twoOfOneKindAreRoutedByTopic() {
    runner
        .withPropertyValues(
            "outbox.transports.east.type=kafka",
            "outbox.transports.east.topics=orders*,points",
            "outbox.transports.west.type=kafka",
            "outbox.transports.west.kafka.bootstrap-servers=127.0.0.1:2",
            "outbox.transports.west.topics=*")
        .run(
            context -> {
              assertThat(transports(context)).containsExactlyInAnyOrder("east", "west");
              assertThat(transportOf(context, OutboxMessage.to("orders.v1").build()))
                  .isEqualTo("east");
              assertThat(transportOf(context, OutboxMessage.to("points").build()))
                  .isEqualTo("east");
              assertThat(transportOf(context, OutboxMessage.to("audit").build())).isEqualTo("west");
            });
  }

  @Test
  void anEntryAdaptsTheTransportOfItsName() {
    runner
        .withPropertyValues("outbox.transports.kafka.send-limit=31s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("grace", "transport kafka", "31"));
  }

  @Test
  void anEntryThatIsDisabledMakesNone() {
    runner
        .withUserConfiguration(Pigeons.class)
        .withPropertyValues(
            "outbox.transports.kafka.enabled=false", "outbox.transports.kafka.topics=orders")
        .run(
            context -> {
              assertThat(transports(context)).containsExactly("pigeon");
              assertThat(transportOf(context, OutboxMessage.to("orders").build()))
                  .as("its routes are none, either")
                  .isEqualTo("pigeon");
            });
    runner
        .withPropertyValues("outbox.transports.kafka.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("there is no transport"));
  }

  @Test
  void aBeanCanBeDisabledToo() {
    runner
        .withUserConfiguration(Pigeons.class)
        .withPropertyValues(
            "outbox.transports.kafka.send-limit=20s", "outbox.transports.pigeon.enabled=false")
        .run(context -> assertThat(transports(context)).containsExactly("kafka"));
  }

  @Test
  void besideOnesOwnBeanAnEntryAsksForKafka() {
    runner
        .withUserConfiguration(Pigeons.class)
        .withPropertyValues(
            "outbox.transports.kafka.topics=orders", "outbox.transports.pigeon.topics=*")
        .run(
            context -> {
              assertThat(transports(context)).containsExactlyInAnyOrder("kafka", "pigeon");
              assertThat(transportOf(context, OutboxMessage.to("orders").build()))
                  .isEqualTo("kafka");
              assertThat(transportOf(context, OutboxMessage.to("letters").build()))
                  .isEqualTo("pigeon");
            });
  }

  @Test
  void anUnknownKindIsNamedWithTheKnownOnes() {
    runner
        .withPropertyValues("outbox.transports.audit.type=stone-tablet")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll(
                        "outbox.transports.audit", "'stone-tablet'", "[kafka]", "module"));
  }

  @Test
  void anEntryAndABeanCantShareAName() {
    runner
        .withUserConfiguration(Pigeons.class)
        .withPropertyValues("outbox.transports.pigeon.type=kafka")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("outbox.transports.pigeon", "bean"));
  }

  private static Iterable<String> transports(AssertableApplicationContext context) {
    assertThat(context).hasNotFailed();
    return context.getBean(Outbox4j.class).status().keySet();
  }

  private static String transportOf(AssertableApplicationContext context, OutboxMessage message) {
    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    UUID id =
        context
            .getBean(TransactionTemplate.class)
            .execute(tx -> context.getBean(Outbox.class).publish(message));
    return String.valueOf(
        jdbc.queryForObject(
            "SELECT transport FROM message_send WHERE message_id = ?", String.class, id));
  }

  @Configuration(proxyBeanMethods = false)
  static class Pigeons {
    @Bean
    Transport pigeonTransport() {
      return new Transport() {
        @Override
        public void send(
            List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
          batch.forEach(message -> results.accept(message, SendResult.acknowledged(null)));
        }

        @Override
        public Duration sendLimit() {
          return Duration.ofSeconds(1);
        }
      };
    }
  }
}
