package io.outbox4j.spring.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.rabbit.RabbitTransport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.TransportFactory;
import javax.sql.DataSource;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/** Transports to RabbitMQ, of {@code spring.rabbitmq} or {@code outbox.transports.*.rabbitmq}. */
@AutoConfiguration(
    after = {RabbitAutoConfiguration.class, DataSourceAutoConfiguration.class},
    before = OutboxAutoConfiguration.class)
@ConditionalOnClass({
  RabbitTransport.class,
  ConnectionFactory.class,
  AbstractConnectionFactory.class,
  RabbitConnectionDetails.class
})
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class RabbitTransportAutoConfiguration {

  @Bean
  @ConditionalOnBean({DataSource.class, AbstractConnectionFactory.class})
  TransportFactory outboxRabbitTransportFactory(
      Environment environment,
      ObjectProvider<AbstractConnectionFactory> connections,
      ObjectProvider<RabbitConnectionDetails> details,
      ResourceLoader resources,
      ObjectProvider<SslBundles> bundles) {
    return new RabbitTransportFactory(environment, connections, details, resources, bundles);
  }
}
