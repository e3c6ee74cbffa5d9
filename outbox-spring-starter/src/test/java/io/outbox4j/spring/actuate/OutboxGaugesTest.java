package io.outbox4j.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outbox4j.TransportStatus;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Backlog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class OutboxGaugesTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Outbox4j outbox = mock(Outbox4j.class);

  @BeforeEach
  void twoTransports() {
    when(outbox.status())
        .thenReturn(
            Map.of(
                "kafka", new TransportStatus(true, null, Map.of("a", "away", "b", "full"), 7),
                "rabbit", new TransportStatus(false, "no broker", Map.of("c", "away"), 11)));
  }

  @Test
  void theBacklogIsThatOfTheDatabase() {
    bind(() -> new Backlog(3, Duration.ofMillis(90_500), 5, 9));

    assertThat(gauge("outbox.backlog.unsent")).isEqualTo(3);
    assertThat(gauge("outbox.backlog.dead")).isEqualTo(5);
    assertThat(gauge("outbox.backlog.delayed")).isEqualTo(9);
    assertThat(registry.get("outbox.backlog.age").timeGauge().value(TimeUnit.SECONDS))
        .isEqualTo(90.5);
  }

  @Test
  void withoutDatabaseTheBacklogIsNotANumber() {
    bind(
        () -> {
          throw new DataAccessResourceFailureException("away");
        });

    assertThat(gauge("outbox.backlog.unsent")).isNaN();
    assertThat(gauge("outbox.backlog.dead")).isNaN();
    assertThat(registry.get("outbox.backlog.age").timeGauge().value(TimeUnit.SECONDS)).isNaN();
  }

  @Test
  void eachTransportHasItsOwn() {
    bind(() -> new Backlog(0, Duration.ZERO, 0));

    assertThat(gauge("outbox.transport.available", "kafka")).isEqualTo(1);
    assertThat(gauge("outbox.transport.available", "rabbit")).isZero();
    assertThat(gauge("outbox.transport.destinations.unavailable", "kafka")).isEqualTo(2);
    assertThat(gauge("outbox.transport.destinations.unavailable", "rabbit")).isEqualTo(1);
    assertThat(gauge("outbox.transport.memory", "kafka")).isEqualTo(7);
    assertThat(gauge("outbox.transport.memory", "rabbit")).isEqualTo(11);
  }

  private void bind(Supplier<Backlog> database) {
    new OutboxGauges(outbox, new BacklogReading(database, System::nanoTime)).bindTo(registry);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double gauge(String name, String transport) {
    return registry.get(name).tag("transport", transport).gauge().value();
  }
}
