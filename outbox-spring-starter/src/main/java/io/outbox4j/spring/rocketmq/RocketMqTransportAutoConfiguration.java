package io.outbox4j.spring.rocketmq;

import io.outbox4j.rocketmq.RocketMqTransport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.TransportFactory;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.spring.autoconfigure.RocketMQAutoConfiguration;
import org.apache.rocketmq.spring.autoconfigure.RocketMQProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Transports to RocketMQ, of {@code rocketmq} or {@code outbox.transports.*.rocketmq}. */
@AutoConfiguration(
    after = {RocketMQAutoConfiguration.class, DataSourceAutoConfiguration.class},
    before = OutboxAutoConfiguration.class)
@ConditionalOnClass({
  RocketMqTransport.class,
  DefaultMQProducer.class,
  RocketMQAutoConfiguration.class
})
@Conditional(RocketMqTransportAutoConfiguration.NameServerIsKnown.class)
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class RocketMqTransportAutoConfiguration {

  @Bean
  @ConditionalOnBean({DataSource.class, RocketMQProperties.class})
  TransportFactory outboxRocketMqTransportFactory(
      Environment environment, RocketMQProperties properties) {
    return new RocketMqTransportFactory(environment, properties);
  }

  /** To all, or to the entry of one transport. */
  static final class NameServerIsKnown implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Binder settings = Binder.get(context.getEnvironment());
      return isSet(settings, "rocketmq")
          || settings
              .bind("outbox.transports", Bindable.mapOf(String.class, Object.class))
              .orElseGet(Map::of)
              .keySet()
              .stream()
              .anyMatch(name -> isSet(settings, "outbox.transports." + name + ".rocketmq"));
    }

    private static boolean isSet(Binder settings, String prefix) {
      return settings.bind(prefix + ".name-server", String.class).isBound();
    }
  }
}
