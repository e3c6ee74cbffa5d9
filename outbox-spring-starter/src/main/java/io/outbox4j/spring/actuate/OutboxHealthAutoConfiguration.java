package io.outbox4j.spring.actuate;

import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spring.OutboxAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** A health indicator, unless {@code management.health.outbox.enabled} is false. */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Outbox4j.class)
@ConditionalOnEnabledHealthIndicator("outbox")
public final class OutboxHealthAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = {"outboxHealthIndicator", "outboxHealthContributor"})
  HealthIndicator outboxHealthIndicator(Outbox4j outbox) {
    return new OutboxHealthIndicator(outbox, new BacklogReading(outbox::backlog, System::nanoTime));
  }
}
