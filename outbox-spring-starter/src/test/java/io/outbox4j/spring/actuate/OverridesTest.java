package io.outbox4j.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.TableSettings;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** With a registry to count in, the user's own beans still take the place of ours. */
class OverridesTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  OutboxAutoConfiguration.class,
                  OutboxMetricsAutoConfiguration.class,
                  OutboxHealthAutoConfiguration.class))
          .withUserConfiguration(Given.class)
          .withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID());

  @Test
  void withoutThemOursAreThere() {
    runner.run(
        context -> {
          publish(context.getBean(TransactionTemplate.class), context.getBean(Outbox.class));
          assertThat(published(context.getBean(MeterRegistry.class))).isEqualTo(1);
          assertThat(context.getBean(HealthIndicator.class))
              .isInstanceOf(OutboxHealthIndicator.class);
          assertThat(context.getBean(Outbox4j.class).status()).containsOnlyKeys("given");
        });
  }

  @Test
  void ownMetricsCountInsteadOfMicrometer() {
    runner
        .withUserConfiguration(OwnMetrics.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(OutboxMetrics.class);
              publish(context.getBean(TransactionTemplate.class), context.getBean(Outbox.class));
              assertThat(context.getBean(Counting.class).published).hasValue(1);
              assertThat(published(context.getBean(MeterRegistry.class))).isZero();
            });
  }

  @Test
  void anOwnOutbox4jIsTheOneThatPublishesAndRuns() {
    runner
        .withUserConfiguration(OwnOutbox4j.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(Outbox4j.class);
              Outbox4j own = context.getBean(Outbox4j.class);
              assertThat(own.status()).containsOnlyKeys("mine");
              assertThat(context.getBean(Outbox.class)).isSameAs(own.outbox());
              assertThat(own.backlog().unsent()).as("asks tables that its start made").isZero();
              assertThat(context.getBean(HealthIndicator.class).health().getDetails())
                  .containsKey("mine");
            });
  }

  @Test
  void anOwnIndicatorTellsTheHealth() {
    for (Class<?> own : List.of(OwnIndicator.class, OwnContributor.class)) {
      runner
          .withUserConfiguration(own)
          .run(
              context -> {
                assertThat(context).hasNotFailed().hasSingleBean(HealthIndicator.class);
                assertThat(context.getBean(HealthIndicator.class).health().getDetails())
                    .containsOnlyKeys("mine");
              });
    }
  }

  private static void publish(TransactionTemplate transactions, Outbox outbox) {
    transactions.executeWithoutResult(
        tx -> outbox.publish(OutboxMessage.to("t").payload("x").build()));
  }

  private static double published(MeterRegistry registry) {
    return registry.find("outbox.published").counters().stream().mapToDouble(c -> c.count()).sum();
  }

  @Configuration(proxyBeanMethods = false)
  static class Given {
    @Bean
    MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }

    @Bean
    Transport givenTransport() {
      return new Agreeable();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnMetrics {
    @Bean
    Counting myMetrics() {
      return new Counting();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnOutbox4j {
    @Bean
    Outbox4j myOutbox4j(DataSource dataSource, PlatformTransactionManager manager) {
      return Outbox4j.builder(dataSource, manager)
          .application("mine")
          .tables(TableSettings.ofDefaults())
          .transport("mine", new Agreeable())
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnIndicator {
    @Bean
    HealthIndicator outboxHealthIndicator() {
      return () -> Health.up().withDetail("mine", true).build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnContributor {
    @Bean
    HealthIndicator outboxHealthContributor() {
      return () -> Health.up().withDetail("mine", true).build();
    }
  }

  static final class Counting implements OutboxMetrics {
    private final AtomicInteger published = new AtomicInteger();

    @Override
    public void published(String transport, int count) {
      published.addAndGet(count);
    }
  }

  /** Acknowledges all that it is given. */
  static final class Agreeable implements Transport {
    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      batch.forEach(message -> results.accept(message, SendResult.acknowledged(null)));
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(5);
    }
  }
}
