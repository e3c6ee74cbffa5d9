package io.outbox4j.spring.kafka;

import io.outbox4j.Inbox;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.OutboxProperties;
import io.outbox4j.spring.OutboxProperties.Listeners;
import io.outbox4j.spring.listener.Inboxes;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.KafkaConsumerBackoffManager;

/**
 * Idempotent {@code @KafkaListener} methods. Active without an inbox, too: a listener that is to be
 * idempotent and can't be must not start.
 */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnClass(KafkaListenerEndpointRegistry.class)
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OutboxProperties.class)
public final class KafkaListenerAutoConfiguration {

  @Bean
  static RegistryProxy outboxKafkaRegistryProxy(ObjectProvider<IdempotentEndpoints> endpoints) {
    return new RegistryProxy(endpoints::getObject);
  }

  @Bean
  @Lazy
  IdempotentEndpoints outboxIdempotentEndpoints(
      ObjectProvider<Inbox> inbox,
      ObjectProvider<KafkaConsumerBackoffManager> backOffs,
      OutboxProperties properties) {
    return new IdempotentEndpoints(
        Inboxes.of(inbox, "outbox-kafka", "io.outbox4j.kafka.KafkaMessages"),
        backOffs::getObject,
        properties.inbox().idempotent() == Listeners.ALL);
  }
}
