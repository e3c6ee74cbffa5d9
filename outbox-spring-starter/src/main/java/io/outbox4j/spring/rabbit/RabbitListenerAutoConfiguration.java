package io.outbox4j.spring.rabbit;

import io.outbox4j.Inbox;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.OutboxProperties;
import io.outbox4j.spring.OutboxProperties.Listeners;
import io.outbox4j.spring.listener.Inboxes;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * Idempotent {@code @RabbitListener} methods. Active without an inbox, too: a listener that is to
 * be idempotent and can't be must not start.
 */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnClass(RabbitListenerEndpointRegistry.class)
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OutboxProperties.class)
public final class RabbitListenerAutoConfiguration {

  @Bean
  static RegistryProxy outboxRabbitRegistryProxy(ObjectProvider<IdempotentContainers> containers) {
    return new RegistryProxy(containers::getObject);
  }

  @Bean
  @Lazy
  IdempotentContainers outboxIdempotentContainers(
      ObjectProvider<Inbox> inbox, OutboxProperties properties) {
    return new IdempotentContainers(
        Inboxes.of(inbox, "outbox-rabbit", "io.outbox4j.rabbit.RabbitMessages"),
        properties.inbox().idempotent() == Listeners.ALL);
  }
}
