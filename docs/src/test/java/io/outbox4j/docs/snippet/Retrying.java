package io.outbox4j.docs.snippet;

import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendEvent;
import io.outbox4j.SendListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Retry policies by bean, and a listener. */
@Configuration(proxyBeanMethods = false)
public class Retrying {

  // snippet: policies
  @Bean
  RetryPolicies retryPolicies() {
    RetryPolicy patient =
        RetryPolicy.fixed(Duration.ofMinutes(1))
            .withMaxAttempts(100)
            .withMaxAge(Duration.ofHours(2));
    return (transport, topic, error) ->
        topic.startsWith("payments.") && !"RecordTooLargeException".equals(error) ? patient : null;
  }

  // end

  // snippet: listener
  @Component
  static class OnCall implements SendListener {

    private final Logger log = LoggerFactory.getLogger(OnCall.class);

    @Override
    public void onDead(SendEvent event) {
      log.error("Call somebody: {} to {}: {}", event.businessId(), event.topic(), event.error());
    }
  }
  // end
}
