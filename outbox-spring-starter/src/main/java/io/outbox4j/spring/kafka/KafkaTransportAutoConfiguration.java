package io.outbox4j.spring.kafka;

import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.OutboxProperties;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/** The transport through Kafka, unless the application has transports of its own. */
@AutoConfiguration(
    after = {KafkaAutoConfiguration.class, DataSourceAutoConfiguration.class},
    before = OutboxAutoConfiguration.class)
@ConditionalOnClass({KafkaTransport.class, KafkaProperties.class, ProducerConfig.class})
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OutboxProperties.class)
public final class KafkaTransportAutoConfiguration {

  /** Closed by the outbox, after what is on its way has an answer. */
  @Bean(destroyMethod = "")
  @ConditionalOnBean({DataSource.class, KafkaProperties.class, KafkaConnectionDetails.class})
  @ConditionalOnMissingBean(Transport.class)
  KafkaTransport kafkaTransport(
      KafkaProperties kafka, KafkaConnectionDetails connection, OutboxProperties properties) {
    return KafkaTransport.of(producerConfig(kafka, connection), properties.kafka().sendLimit());
  }

  /** What Boot makes its producer factory from. */
  private static Map<String, Object> producerConfig(
      KafkaProperties kafka, KafkaConnectionDetails connection) {
    Map<String, Object> config = kafka.buildProducerProperties();
    KafkaConnectionDetails.Configuration producer = connection.getProducer();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, producer.getBootstrapServers());
    if (StringUtils.hasLength(producer.getSecurityProtocol())) {
      config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, producer.getSecurityProtocol());
    }
    SslBundle bundle = producer.getSslBundle();
    if (bundle != null) {
      config.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
      config.put(SslBundle.class.getName(), bundle);
    }
    return config;
  }
}
