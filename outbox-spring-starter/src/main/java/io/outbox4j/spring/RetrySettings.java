package io.outbox4j.spring;

import io.outbox4j.ConfigurationException;
import io.outbox4j.RetryPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The retry policies that the properties describe.
 *
 * @param usual the policy of messages that have no other
 * @param errors policies by the names of errors
 * @param topics policies by topic patterns
 * @param transports policies by the names of transports
 */
record RetrySettings(
    RetryPolicy usual,
    Map<String, RetryPolicy> errors,
    Map<String, RetryPolicy> topics,
    Map<String, RetryPolicy> transports) {

  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z])[A-Z]");

  /**
   * Reads them.
   *
   * @throws ConfigurationException naming all values that can't be, by their properties
   */
  static RetrySettings of(OutboxProperties properties) {
    Reading reading = new Reading(properties.send().retry());
    RetrySettings settings =
        new RetrySettings(
            reading.policy("outbox.send.retry", null),
            reading.policies("outbox.errors", properties.errors(), OutboxProperties.Failure::retry),
            reading.policies("outbox.topics", properties.topics(), OutboxProperties.Topic::retry),
            reading.policies(
                "outbox.transports",
                properties.transports(),
                OutboxProperties.TransportSettings::retry));
    if (!reading.problems.isEmpty()) {
      throw new ConfigurationException(reading.problems);
    }
    return settings;
  }

  /** Collects what is wrong. */
  private static final class Reading {

    private final OutboxProperties.Retry usual;
    final List<String> problems = new ArrayList<>();

    Reading(OutboxProperties.Retry usual) {
      this.usual = usual;
    }

    <T> Map<String, RetryPolicy> policies(
        String prefix,
        Map<String, T> entries,
        Function<T, OutboxProperties.@Nullable OwnRetry> of) {
      Map<String, RetryPolicy> policies = new LinkedHashMap<>();
      entries.forEach(
          (name, entry) -> {
            OutboxProperties.OwnRetry own = of.apply(entry);
            if (own != null) {
              policies.put(name, policy("%s[%s].retry".formatted(prefix, name), own));
            }
          });
      return policies;
    }

    /** What a policy doesn't say itself is as usual. */
    RetryPolicy policy(String prefix, OutboxProperties.@Nullable OwnRetry own) {
      try {
        return own == null ? usual.policy() : usual.with(own).policy();
      } catch (IllegalArgumentException e) {
        problems.add(prefix + "." + asProperties(String.valueOf(e.getMessage())));
        return RetryPolicy.ofDefaults();
      }
    }

    /** The names of the policy's values are those of the properties, but for their capitals. */
    private static String asProperties(String problem) {
      return CAPITAL
          .matcher(problem)
          .replaceAll(capital -> "-" + capital.group().toLowerCase(Locale.ROOT));
    }
  }
}
