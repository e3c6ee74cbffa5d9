package io.outbox4j.spring.rocketmq;

import io.outbox4j.Inbox;
import io.outbox4j.spring.OutboxAutoConfiguration;
import io.outbox4j.spring.listener.Inboxes;
import org.apache.rocketmq.spring.support.DefaultRocketMQListenerContainer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Idempotent beans with {@code @RocketMQMessageListener}. Active without an inbox, too: a listener
 * that is to be idempotent and can't be must not start.
 */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnClass(DefaultRocketMQListenerContainer.class)
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class RocketMqListenerAutoConfiguration {

  @Bean
  static IdempotentContainers outboxIdempotentRocketMqContainers(
      ObjectProvider<Inbox> inbox, Environment environment) {
    return new IdempotentContainers(
        Inboxes.of(inbox, "outbox-rocketmq", "io.outbox4j.rocketmq.RocketMqMessages"),
        "all".equalsIgnoreCase(environment.getProperty("outbox.inbox.idempotent")));
  }
}
