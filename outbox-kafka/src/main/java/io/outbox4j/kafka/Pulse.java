package io.outbox4j.kafka;

import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cluster answers, by the client's own count of responses. The client asks again and
 * again, at least once in {@code retry.backoff.max.ms}, while something is missing; so the time of
 * the last answer tells a missing topic or leader from an absent broker.
 *
 * <p>The time is as exact as {@link #feel} is called often.
 */
final class Pulse {

  private final @Nullable Metric responses;
  private final LongSupplier clock;
  private final long silence;
  private double last;
  private long lastChange;

  Pulse(Producer<?, ?> producer, LongSupplier clock, long silence) {
    this.responses =
        producer.metrics().values().stream()
            .filter(metric -> metric.metricName().name().equals("response-total"))
            .filter(metric -> metric.metricName().group().equals("producer-metrics"))
            .findFirst()
            .orElse(null);
    this.clock = clock;
    this.silence = silence;
    this.lastChange = clock.getAsLong() - silence - 1;
  }

  /** Takes the count. Returns whether an answer came of late. */
  synchronized boolean feel() {
    long now = clock.getAsLong();
    if (responses != null && responses.metricValue() instanceof Number count) {
      if (count.doubleValue() != last) {
        last = count.doubleValue();
        lastChange = now;
      }
    }
    return now - lastChange <= silence;
  }
}
