package io.outbox4j.spring.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spring.OutboxAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Counters and gauges, when there is a registry to count in. */
@AutoConfiguration(
    after = OutboxAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({MeterRegistry.class, Outbox4j.class})
@ConditionalOnBooleanProperty(name = "outbox.enabled", matchIfMissing = true)
public final class OutboxMetricsAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  OutboxMetrics outboxMetrics(MeterRegistry registry) {
    return new MicrometerMetrics(registry);
  }

  @Bean
  OutboxGauges outboxGauges(Outbox4j outbox) {
    return new OutboxGauges(outbox, new BacklogReading(outbox::backlog, System::nanoTime));
  }
}
