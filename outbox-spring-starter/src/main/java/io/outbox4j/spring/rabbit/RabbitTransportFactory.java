package io.outbox4j.spring.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.ConfigurationException;
import io.outbox4j.rabbit.RabbitTransport;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.TransportFactory;
import java.time.Duration;
import java.util.List;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.RabbitConnectionFactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionFactoryBeanConfigurer;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/** Makes transports to RabbitMQ of what Boot, or the application, makes its connections of. */
final class RabbitTransportFactory implements TransportFactory {

  private final Environment environment;
  private final ObjectProvider<AbstractConnectionFactory> applications;
  private final ObjectProvider<RabbitConnectionDetails> details;
  private final ResourceLoader resources;
  private final ObjectProvider<SslBundles> bundles;

  RabbitTransportFactory(
      Environment environment,
      ObjectProvider<AbstractConnectionFactory> applications,
      ObjectProvider<RabbitConnectionDetails> details,
      ResourceLoader resources,
      ObjectProvider<SslBundles> bundles) {
    this.environment = environment;
    this.applications = applications;
    this.details = details;
    this.resources = resources;
    this.bundles = bundles;
  }

  @Override
  public String type() {
    return "rabbitmq";
  }

  @Override
  public Transport create(String own, Duration sendLimit) {
    return Binder.get(environment)
        .bind(own, RabbitProperties.class)
        .map(
            properties ->
                RabbitTransport.of(factory(own, properties), addresses(properties), sendLimit))
        .orElseGet(() -> shared(own, sendLimit));
  }

  private RabbitTransport shared(String own, Duration sendLimit) {
    AbstractConnectionFactory connections = applications.getIfUnique();
    if (connections == null) {
      throw new ConfigurationException(
          List.of(
              "there are several Rabbit ConnectionFactory beans, and none is primary: make one @Primary, or say in %s.* which broker is meant"
                  .formatted(own)));
    }
    ConnectionFactory factory = connections.getRabbitConnectionFactory();
    RabbitConnectionDetails known = details.getIfUnique();
    List<Address> addresses =
        known == null
            ? List.of()
            : known.getAddresses().stream()
                .map(address -> new Address(address.host(), address.port()))
                .toList();
    return RabbitTransport.of(factory, addresses, sendLimit);
  }

  private static List<Address> addresses(RabbitProperties properties) {
    return properties.determineAddresses().stream().map(Address::parseAddress).toList();
  }

  private ConnectionFactory factory(String own, RabbitProperties properties) {
    try {
      RabbitConnectionFactoryBean bean = new RabbitConnectionFactoryBean();
      new RabbitConnectionFactoryBeanConfigurer(resources, properties).configure(bean);
      bean.afterPropertiesSet();
      ConnectionFactory factory = bean.getObject();
      String bundle = properties.getSsl().getBundle();
      if (bundle != null) {
        factory.useSslProtocol(bundles.getObject().getBundle(bundle).createSslContext());
        if (properties.getSsl().isVerifyHostname()) {
          factory.enableHostnameVerification();
        }
      }
      return factory;
    } catch (Exception e) {
      throw new ConfigurationException(
          List.of(
              own + ".*: no connection factory can be made of them: " + e.getClass().getName()));
    }
  }
}
