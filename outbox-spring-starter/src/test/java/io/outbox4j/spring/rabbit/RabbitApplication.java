package io.outbox4j.spring.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.spring.Application;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.SharedServers;
import java.util.ArrayList;
import java.util.List;
import org.aopalliance.aop.Advice;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.interceptor.MatchAlwaysTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/** An application on the shared RabbitMQ; each test has queues of its own. */
final class RabbitApplication {

  private RabbitApplication() {}

  static Application of(Class<?> beans, String... settings) {
    RabbitServer server = SharedServers.rabbit();
    List<String> all =
        new ArrayList<>(
            List.of(
                "outbox.transports.rabbitmq.enabled=true",
                "outbox.transports.kafka.enabled=false",
                "spring.rabbitmq.host=127.0.0.1",
                "spring.rabbitmq.port=" + server.address().getPort()));
    all.addAll(List.of(settings));
    return Application.of(beans, all.toArray(String[]::new));
  }

  /** Sends a message as another outbox would. */
  static void send(Application app, String queue, String id, String text) {
    Message message =
        MessageBuilder.withBody(text.getBytes(UTF_8))
            .setContentType("text/plain")
            .setHeader("cloudEvents:id", id)
            .setHeader("cloudEvents:source", "elsewhere")
            .build();
    app.bean(RabbitTemplate.class).send("", queue, message);
  }

  /** How many messages of a queue wait for a consumer. */
  static long waiting(Application app, String queue) {
    return app.bean(RabbitAdmin.class).getQueueInfo(queue) == null
        ? 0
        : app.bean(RabbitAdmin.class).getQueueInfo(queue).getMessageCount();
  }

  static Queue queue(String name) {
    return new Queue(name, true);
  }

  /** Puts a transaction around each call of a listener. */
  static class Transactions {
    @Bean
    static ContainerCustomizer<SimpleMessageListenerContainer> transaction(
        TransactionManager manager) {
      return container -> container.setAdviceChain(advice(manager));
    }

    static Advice advice(TransactionManager manager) {
      return new TransactionInterceptor(manager, new MatchAlwaysTransactionAttributeSource());
    }
  }
}
