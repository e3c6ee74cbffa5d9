package io.outbox4j.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outbox4j.spi.OutboxMetrics;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each call counts in one counter, its own, under the tag that names what it is about. */
class MicrometerMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final OutboxMetrics metrics = new MicrometerMetrics(registry);

  @Test
  void eachCallHasItsCounter() {
    metrics.published("t1", 2);
    metrics.sent("t2", 3);
    metrics.rejected("t3");
    metrics.dead("t4");
    metrics.unavailable("t5", 4);
    metrics.consumed("g1");
    metrics.duplicate("g2");
    metrics.failed("g3");
    metrics.purged("message_send", 5);
    metrics.jobFailed("purge");

    assertThat(counters())
        .containsOnly(
            entry("outbox.published{transport=t1}", 2.0),
            entry("outbox.sent{transport=t2}", 3.0),
            entry("outbox.rejected{transport=t3}", 1.0),
            entry("outbox.dead{transport=t4}", 1.0),
            entry("outbox.unavailable{transport=t5}", 4.0),
            entry("outbox.consumed{group=g1}", 1.0),
            entry("outbox.duplicates{group=g2}", 1.0),
            entry("outbox.failed{group=g3}", 1.0),
            entry("outbox.purged{table=message_send}", 5.0),
            entry("outbox.job.failures{job=purge}", 1.0));
  }

  @Test
  void noCallIsForgotten() {
    assertThat(MicrometerMetrics.class.getDeclaredMethods())
        .extracting(Method::getName)
        .containsAll(Stream.of(OutboxMetrics.class.getMethods()).map(Method::getName).toList());
  }

  @Test
  void callsAddUp() {
    metrics.sent("kafka", 2);
    metrics.sent("kafka", 3);
    metrics.sent("rabbit", 7);

    assertThat(counters())
        .containsOnly(
            entry("outbox.sent{transport=kafka}", 5.0),
            entry("outbox.sent{transport=rabbit}", 7.0));
  }

  private Map<String, Double> counters() {
    Map<String, Double> counters = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      assertThat(meter).isInstanceOf(Counter.class);
      counters.put(name(meter.getId()), ((Counter) meter).count());
    }
    return counters;
  }

  private static String name(Meter.Id id) {
    List<String> tags =
        id.getTags().stream().map(tag -> tag.getKey() + "=" + tag.getValue()).toList();
    return id.getName() + "{" + String.join(",", tags) + "}";
  }
}
