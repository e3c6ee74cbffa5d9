package io.outbox4j.docs.snippet;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.rabbit.RabbitTransport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The transport as a bean. */
@Configuration(proxyBeanMethods = false)
public class RabbitConfiguration {

  // snippet: bean
  @Bean
  RabbitTransport rabbitTransport() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("rabbit.internal");
    factory.setVirtualHost("orders");
    return RabbitTransport.of(factory);
  }
  // end
}
