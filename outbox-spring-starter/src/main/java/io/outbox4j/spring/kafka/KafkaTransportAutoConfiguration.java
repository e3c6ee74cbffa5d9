package io.outbox4j.spring.kafka;

import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.TransportFactory;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Transports to Kafka, of {@code spring.kafka} or {@code outbox.transports.<name>.kafka}. */
@AutoConfiguration(
    after = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class},
    before = OutboxAutoConfiguration.class)
@ConditionalOnClass({KafkaTransport.class, KafkaProperties.class, ProducerConfig.class})
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class KafkaTransportAutoConfiguration {

  @Bean
  @ConditionalOnBean({DataSource.class, KafkaProperties.class, KafkaConnectionDetails.class})
  TransportFactory outboxKafkaTransportFactory(
      Environment environment,
      KafkaProperties kafka,
      KafkaConnectionDetails connection,
      ObjectProvider<SslBundles> bundles) {
    return new KafkaTransportFactory(environment, kafka, connection, bundles);
  }
}
