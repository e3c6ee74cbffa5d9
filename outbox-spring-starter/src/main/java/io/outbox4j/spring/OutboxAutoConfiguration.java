package io.outbox4j.spring;

import io.outbox4j.Inbox;
import io.outbox4j.Outbox;
import io.outbox4j.RetryPolicies;
import io.outbox4j.SendListener;
import io.outbox4j.assembly.JacksonSerializer;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.PayloadSerializer;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outbox and inbox on the application's DataSource. Backs off without one, or without a transport.
 */
@AutoConfiguration(
    after = {
      DataSourceAutoConfiguration.class,
      DataSourceTransactionManagerAutoConfiguration.class,
      TransactionAutoConfiguration.class
    },
    afterName = {
      "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
      "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration"
    })
@ConditionalOnBean(DataSource.class)
@Conditional(OutboxAutoConfiguration.OnTransport.class)
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OutboxProperties.class)
public final class OutboxAutoConfiguration {

  @Bean
  static FollowedTransactions outboxFollowedTransactions() {
    return new FollowedTransactions();
  }

  /** An outbox that waits for its first use would leave in the table what a crash left there. */
  @Bean
  static LazyInitializationExcludeFilter outboxNeverLazy() {
    return LazyInitializationExcludeFilter.forBeanTypes(OutboxLifecycle.class);
  }

  @Bean
  @ConditionalOnMissingBean
  PayloadSerializer outboxPayloadSerializer(ObjectProvider<JsonMapper> mapper) {
    JsonMapper boots = mapper.getIfUnique();
    return boots == null ? new JacksonSerializer() : new JacksonSerializer(boots);
  }

  @Bean
  @ConditionalOnMissingBean
  Outbox4j outbox4j(
      ListableBeanFactory beans,
      Environment environment,
      OutboxProperties properties,
      Map<String, Transport> transports,
      ObjectProvider<TransportFactory> factories,
      PayloadSerializer serializer,
      ObjectProvider<RetryPolicies> policies,
      ObjectProvider<SendListener> listeners,
      ObjectProvider<OutboxMetrics> metrics,
      ObjectProvider<JobScheduler> scheduler) {
    BusinessDatabase database = BusinessDatabase.of(beans, properties.dataSource());
    Settings settings = new Settings(properties, phaseTimeout(environment));
    Outbox4j.Builder builder =
        Outbox4j.builder(database.dataSource(), database.transactionManager())
            .application(application(properties.application(), environment))
            .serializer(serializer)
            .send(settings.send())
            .purge(settings.purge())
            .tables(settings.tables())
            .inbox(settings.inbox())
            .safety(properties.safety());
    new ConfiguredTransports(
            transports, factories.orderedStream().toList(), properties.transports())
        .addTo(builder, settings.retries().transports());
    settings.topics().forEach(builder::topic);
    settings.retries().errors().forEach(builder::error);
    policies.ifAvailable(builder::retries);
    listeners.orderedStream().forEach(builder::listener);
    metrics.ifAvailable(builder::metrics);
    scheduler.ifAvailable(builder::scheduler);
    return builder.build();
  }

  @Bean
  @ConditionalOnMissingBean
  Outbox outbox(Outbox4j outbox4j) {
    return outbox4j.outbox();
  }

  @Bean
  @ConditionalOnMissingBean
  Inbox inbox(Outbox4j outbox4j, OutboxProperties properties) {
    return new SelectiveInbox(outbox4j.inbox(), properties.inbox().keepPayload());
  }

  @Bean
  OutboxLifecycle outboxLifecycle(Outbox4j outbox4j, FollowedTransactions transactions) {
    transactions.followedBy(outbox4j);
    return new OutboxLifecycle(outbox4j);
  }

  private static String application(@Nullable String own, Environment environment) {
    return own != null ? own : environment.getProperty("spring.application.name", "application");
  }

  private static Duration phaseTimeout(Environment environment) {
    return Binder.get(environment)
        .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
        .orElse(Duration.ofSeconds(30));
  }

  /** A transport of the application's own, or a broker that one can be made for. */
  static final class OnTransport extends AnyNestedCondition {

    OnTransport() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnBean(Transport.class)
    static final class OfTheApplication {}

    @ConditionalOnBean(TransportFactory.class)
    static final class OfABroker {}
  }
}
