package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.InboxSettings;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.PurgeSettings;
import io.outbox4j.SendSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.PayloadSerializer;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.kafka.KafkaListenerAutoConfiguration;
import io.outbox4j.spring.kafka.KafkaTransportAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxAutoConfigurationTest {

  private final ApplicationContextRunner withoutDatabase =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  JacksonAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  OutboxAutoConfiguration.class,
                  KafkaTransportAutoConfiguration.class,
                  KafkaListenerAutoConfiguration.class))
          .withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1");

  private final ApplicationContextRunner runner =
      withoutDatabase
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionManagerCustomizationAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  JdbcTemplateAutoConfiguration.class))
          .withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID());

  @Test
  void outboxAndInboxAreThereWithDataSourceAndKafka() {
    runner.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).hasSingleBean(Outbox.class).hasSingleBean(Inbox.class);
          assertThat(context.getBean(Outbox4j.class).status()).containsOnlyKeys("kafka");
        });
  }

  @Test
  void itBacksOffWithoutDataSource() {
    withoutDatabase.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context)
              .doesNotHaveBean(Outbox4j.class)
              .doesNotHaveBean(Transport.class)
              .doesNotHaveBean(OutboxLifecycle.class);
        });
  }

  @Test
  void itBacksOffWithoutKafka() {
    runner
        .withClassLoader(new FilteredClassLoader(KafkaTransport.class, KafkaTemplate.class))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context)
                  .doesNotHaveBean(Outbox4j.class)
                  .doesNotHaveBean(OutboxLifecycle.class);
            });
  }

  @Test
  void switchedOffThereIsNothing() {
    runner
        .withPropertyValues("outbox.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(Outbox4j.class)
                    .doesNotHaveBean(Transport.class));
  }

  @Test
  void theUsersOwnBeansWin() {
    runner
        .withUserConfiguration(Own.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(Outbox.class)).isSameAs(Own.OUTBOX);
              assertThat(context.getBean(Inbox.class)).isSameAs(Own.INBOX);
              assertThat(context).hasSingleBean(PayloadSerializer.class);
              assertThat(context).doesNotHaveBean(KafkaTransport.class);
              assertThat(context.getBean(Outbox4j.class).status()).containsOnlyKeys("pigeon");
              assertThat(Own.SCHEDULER.started).isTrue();
            });
    assertThat(Own.SCHEDULER.started).isFalse();
  }

  @Test
  void theUsersOwnTransactionManagerIsFollowed() {
    runner
        .withUserConfiguration(OwnTransactions.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(
                      context
                          .getBean(JdbcTransactionManager.class)
                          .getTransactionExecutionListeners())
                  .as("one listener, exactly once")
                  .hasSize(1);
            });
  }

  @Test
  void bootsTransactionManagerIsFollowedOnce() {
    runner.run(
        context ->
            assertThat(
                    context
                        .getBean(JdbcTransactionManager.class)
                        .getTransactionExecutionListeners())
                .hasSize(1));
  }

  @Test
  void aManagerThatComesLateIsFollowedToo() {
    runner
        .withUserConfiguration(LateTransactions.class)
        .run(
            context -> {
              JdbcTransactionManager late = context.getBean("late", JdbcTransactionManager.class);
              assertThat(late.getTransactionExecutionListeners()).hasSize(1);
            });
  }

  @Test
  void publishedMessagesBelongToTheApplication() {
    runner
        .withPropertyValues("spring.application.name=shop", "outbox.tables.send=my_send")
        .run(
            context -> {
              publish(context.getBean(TransactionTemplate.class), context.getBean(Outbox.class));
              assertThat(
                      context
                          .getBean(JdbcTemplate.class)
                          .queryForList("SELECT application FROM my_send", String.class))
                  .containsExactly("shop");
            });
  }

  @Test
  void theApplicationsNameCanBeSet() {
    runner
        .withPropertyValues("spring.application.name=shop", "outbox.application=store")
        .run(
            context -> {
              publish(context.getBean(TransactionTemplate.class), context.getBean(Outbox.class));
              assertThat(
                      context
                          .getBean(JdbcTemplate.class)
                          .queryForList("SELECT application FROM message_send", String.class))
                  .containsExactly("store");
            });
  }

  @Test
  void severalDataSourcesWithoutAPrimaryOneAreNamed() {
    runner
        .withUserConfiguration(TwoDataSources.class)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasRootCauseInstanceOf(ConfigurationException.class)
                    .rootCause()
                    .hasMessageContaining("several DataSources")
                    .hasMessageContaining("stock")
                    .hasMessageContaining("outbox.data-source"));
  }

  @Test
  void oneOfSeveralDataSourcesCanBeNamed() {
    runner
        .withUserConfiguration(TwoDataSources.class, TransactionsOfStock.class)
        .withPropertyValues("outbox.data-source=stock")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(
                      new JdbcTemplate(context.getBean("stock", DataSource.class))
                          .queryForObject("SELECT count(*) FROM message_send", Integer.class))
                  .isZero();
            });
  }

  @Test
  void aDataSourceThatIsNotThereIsNamed() {
    runner
        .withPropertyValues("outbox.data-source=stok")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("outbox.data-source is stok"));
  }

  @Test
  void aMissingTransactionManagerIsNamed() {
    runner
        .withPropertyValues("spring.kafka.producer.transaction-id-prefix=tx-")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("no transaction manager is on the DataSource")
                    .hasMessageContaining("kafkaTransactionManager"));
  }

  @Test
  void besideKafkasTransactionManagerTheOneOfTheDataSourceIsFound() {
    runner
        .withPropertyValues("spring.kafka.producer.transaction-id-prefix=tx-")
        .withUserConfiguration(OwnTransactions.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aWrongSettingStopsTheStartWithItsName() {
    runner
        .withPropertyValues("outbox.send.grace=30s", "spring.kafka.producer.acks=1")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("outbox.send.grace")
                    .hasMessageContaining("acks"));
  }

  @Test
  void aWrongRetryPolicyIsNamed() {
    runner
        .withPropertyValues("outbox.send.retry.max-attempts=0")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("outbox.send.retry")
                    .hasMessageContaining("at least 1"));
  }

  @Test
  void aShutdownLimitBeyondSpringsIsRefused() {
    runner
        .withPropertyValues(
            "outbox.send.shutdown-limit=31s", "spring.lifecycle.timeout-per-shutdown-phase=30s")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("outbox.send.shutdown-limit")
                    .hasMessageContaining("timeout-per-shutdown-phase"));
  }

  @Test
  void withLazyInitializationItStartsAllTheSame() {
    runner
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
        .run(
            context ->
                assertThat(context.getBean(OutboxLifecycle.class).isRunning())
                    .as("running without having been asked for")
                    .isTrue());
  }

  @Test
  void defaultsAreThoseOfTheEngine() {
    OutboxProperties properties =
        new Binder(new MapConfigurationPropertySource(java.util.Map.of()))
            .bindOrCreate("outbox", OutboxProperties.class);
    Settings settings = new Settings(properties, Duration.ofSeconds(30));

    assertThat(settings.send()).isEqualTo(SendSettings.ofDefaults());
    assertThat(settings.purge()).isEqualTo(PurgeSettings.ofDefaults());
    assertThat(settings.tables()).isEqualTo(TableSettings.ofDefaults());
    assertThat(settings.inbox().duplicateWait())
        .isEqualTo(InboxSettings.ofDefaults().duplicateWait());
    assertThat(properties.inbox().keepPayload())
        .isEqualTo(InboxSettings.ofDefaults().keepPayload());
    assertThat(properties.transports()).isEmpty();
    assertThat(OutboxProperties.TransportSettings.SEND_LIMIT)
        .isEqualTo(KafkaTransport.DEFAULT_SEND_LIMIT);
  }

  @Test
  void withAShortPhaseTheShutdownIsShorter() {
    OutboxProperties properties =
        new Binder(new MapConfigurationPropertySource(java.util.Map.of()))
            .bindOrCreate("outbox", OutboxProperties.class);

    assertThat(new Settings(properties, Duration.ofSeconds(9)).send().shutdownLimit())
        .isEqualTo(Duration.ofSeconds(6));
  }

  private static void publish(TransactionTemplate transactions, Outbox outbox) {
    transactions.executeWithoutResult(
        tx -> outbox.publish(OutboxMessage.to("t").payload("x").build()));
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {
    static final Outbox OUTBOX = org.mockito.Mockito.mock(Outbox.class);
    static final Inbox INBOX = org.mockito.Mockito.mock(Inbox.class);
    static final NotedScheduler SCHEDULER = new NotedScheduler();

    @Bean
    Outbox myOutbox() {
      return OUTBOX;
    }

    @Bean
    Inbox myInbox() {
      return INBOX;
    }

    @Bean
    PayloadSerializer mySerializer() {
      return org.mockito.Mockito.mock(PayloadSerializer.class);
    }

    @Bean
    OutboxMetrics myMetrics() {
      return OutboxMetrics.NONE;
    }

    @Bean
    JobScheduler myScheduler() {
      return SCHEDULER;
    }

    @Bean
    Transport pigeonTransport() {
      return new Pigeon();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnTransactions {
    @Bean
    JdbcTransactionManager mine(DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class LateTransactions {
    @Bean
    @Primary
    JdbcTransactionManager early(DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }

    @Bean
    @org.springframework.context.annotation.Lazy
    JdbcTransactionManager late(ObjectProvider<DataSource> dataSource) {
      return new JdbcTransactionManager(dataSource.getObject());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoDataSources {
    @Bean
    DataSource orders() {
      return new EmbeddedDatabaseBuilder()
          .setType(org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType.H2)
          .generateUniqueName(true)
          .build();
    }

    @Bean
    DataSource stock() {
      return new EmbeddedDatabaseBuilder()
          .setType(org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType.H2)
          .generateUniqueName(true)
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class TransactionsOfStock {
    @Bean
    JdbcTransactionManager stockTransactions(
        @org.springframework.beans.factory.annotation.Qualifier("stock") DataSource stock) {
      return new JdbcTransactionManager(stock);
    }
  }

  static final class NotedScheduler implements JobScheduler {
    private volatile boolean started;

    @Override
    public void start(java.util.Collection<io.outbox4j.spi.Job> jobs) {
      started = true;
    }

    @Override
    public void stop(Duration limit) {
      started = false;
    }
  }

  static final class Pigeon implements Transport {
    @Override
    public void send(
        List<io.outbox4j.spi.OutgoingMessage> batch,
        java.util.function.BiConsumer<io.outbox4j.spi.OutgoingMessage, io.outbox4j.spi.SendResult>
            results) {}

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(1);
    }
  }
}
