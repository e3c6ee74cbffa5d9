package io.outbox4j.spring.rocketmq;

import io.outbox4j.rocketmq.RocketMqTransport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.TransportFactory;
import javax.sql.DataSource;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.spring.autoconfigure.RocketMQAutoConfiguration;
import org.apache.rocketmq.spring.autoconfigure.RocketMQProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Transports to RocketMQ, of {@code rocketmq} or {@code outbox.transports.*.rocketmq}. */
@AutoConfiguration(
    after = {RocketMQAutoConfiguration.class, DataSourceAutoConfiguration.class},
    before = OutboxAutoConfiguration.class)
@ConditionalOnClass({
  RocketMqTransport.class,
  DefaultMQProducer.class,
  RocketMQAutoConfiguration.class
})
@ConditionalOnProperty("rocketmq.name-server")
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class RocketMqTransportAutoConfiguration {

  @Bean
  @ConditionalOnBean({DataSource.class, RocketMQProperties.class})
  TransportFactory outboxRocketMqTransportFactory(
      Environment environment, RocketMQProperties properties) {
    return new RocketMqTransportFactory(environment, properties);
  }
}
