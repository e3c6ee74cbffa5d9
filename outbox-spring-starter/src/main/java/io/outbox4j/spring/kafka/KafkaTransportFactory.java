package io.outbox4j.spring.kafka;

import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.TransportFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Makes transports to Kafka of what Boot makes its producer factory of. */
final class KafkaTransportFactory implements TransportFactory {

  private final Environment environment;
  private final KafkaProperties boots;
  private final KafkaConnectionDetails connection;
  private final ObjectProvider<SslBundles> bundles;

  KafkaTransportFactory(
      Environment environment,
      KafkaProperties boots,
      KafkaConnectionDetails connection,
      ObjectProvider<SslBundles> bundles) {
    this.environment = environment;
    this.boots = boots;
    this.connection = connection;
    this.bundles = bundles;
  }

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Transport create(String own, Duration sendLimit) {
    Map<String, Object> config =
        Binder.get(environment)
            .bind(own, KafkaProperties.class)
            .map(properties -> config(properties, connection(properties)))
            .orElseGet(() -> config(boots, connection.getProducer()));
    return KafkaTransport.of(config, sendLimit);
  }

  private KafkaConnectionDetails.Configuration connection(KafkaProperties properties) {
    List<String> servers = properties.getProducer().getBootstrapServers();
    String bundle =
        first(properties.getProducer().getSsl().getBundle(), properties.getSsl().getBundle());
    return KafkaConnectionDetails.Configuration.of(
        servers == null ? properties.getBootstrapServers() : servers,
        bundle == null ? null : bundles.getObject().getBundle(bundle),
        first(
            properties.getProducer().getSecurity().getProtocol(),
            properties.getSecurity().getProtocol()));
  }

  private static @Nullable String first(@Nullable String... texts) {
    return Stream.of(texts).filter(StringUtils::hasLength).findFirst().orElse(null);
  }

  private static Map<String, Object> config(
      KafkaProperties kafka, KafkaConnectionDetails.Configuration producer) {
    Map<String, Object> config = kafka.buildProducerProperties();
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
