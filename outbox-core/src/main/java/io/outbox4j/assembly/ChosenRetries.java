package io.outbox4j.assembly;

import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.TopicSettings;
import io.outbox4j.publish.TopicPatterns;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which retry policy a rejected message has: the application's own choice, else that of its error,
 * else that of its topic, else that of its transport. Keeps the exceptions of the application's
 * choice away from the engine; logs the first.
 */
final class ChosenRetries implements RetryPolicies {

  private static final Logger log = LoggerFactory.getLogger(ChosenRetries.class);

  private final RetryPolicies own;
  private final Map<String, RetryPolicy> errors;
  private final TopicPatterns<TopicSettings> topics;
  private final Map<String, RetryPolicy> transports;
  private final AtomicBoolean failed = new AtomicBoolean();

  ChosenRetries(
      RetryPolicies own,
      Map<String, RetryPolicy> errors,
      TopicPatterns<TopicSettings> topics,
      Map<String, RetryPolicy> transports) {
    this.own = own;
    this.errors = Map.copyOf(errors);
    this.topics = topics;
    this.transports = Map.copyOf(transports);
  }

  @Override
  public @Nullable RetryPolicy of(String transport, String topic, @Nullable String error) {
    RetryPolicy chosen = own(transport, topic, error);
    if (chosen == null && error != null) {
      chosen = errors.get(error);
    }
    if (chosen == null) {
      TopicSettings settings = topics.of(topic);
      chosen = settings == null ? null : settings.retry();
    }
    return chosen == null ? transports.get(transport) : chosen;
  }

  private @Nullable RetryPolicy own(String transport, String topic, @Nullable String error) {
    try {
      return own.of(transport, topic, error);
    } catch (Throwable e) {
      // Also what a bean in another language throws unchecked: the answer must not be lost.
      if (failed.compareAndSet(false, true)) {
        log.error(
            "RetryPolicies failed with {}; messages are tried again as configured",
            e.getClass().getName());
      }
      return null;
    }
  }
}
