package io.outbox4j.spring.actuate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.outbox4j.TransportStatus;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Backlog;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What is not sent, and how the transports are doing. NaN while the database does not answer. */
final class OutboxGauges implements MeterBinder {

  private final Outbox4j outbox;
  private final BacklogReading backlog;

  OutboxGauges(Outbox4j outbox, BacklogReading backlog) {
    this.outbox = outbox;
    this.backlog = backlog;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("outbox.backlog.unsent", this, g -> g.ofBacklog(Backlog::unsent))
        .description("Messages of this application that wait to be sent, on all nodes")
        .register(registry);
    TimeGauge.builder(
            "outbox.backlog.age",
            this,
            TimeUnit.SECONDS,
            g -> g.ofBacklog(read -> read.oldestUnsent().toMillis() / 1_000.0))
        .description("How long the oldest unsent message waits")
        .register(registry);
    Gauge.builder("outbox.backlog.dead", this, g -> g.ofBacklog(Backlog::dead))
        .description("Messages of this application that are dead")
        .register(registry);
    Gauge.builder("outbox.backlog.delayed", this, g -> g.ofBacklog(Backlog::delayed))
        .description("Messages of this application that wait for a time still to come")
        .register(registry);
    for (String transport : outbox.status().keySet()) {
      gauge("outbox.transport.available", transport, s -> s.available() ? 1 : 0)
          .description("1, or 0 while nothing gets through to the broker")
          .register(registry);
      gauge(
              "outbox.transport.destinations.unavailable",
              transport,
              s -> s.unavailableDestinations().size())
          .description("Destinations that can't take messages now")
          .register(registry);
      gauge("outbox.transport.memory", transport, TransportStatus::inMemory)
          .description("Messages in this node's memory")
          .register(registry);
    }
  }

  private Gauge.Builder<OutboxGauges> gauge(
      String name, String transport, ToDoubleFunction<TransportStatus> value) {
    return Gauge.builder(name, this, g -> g.ofTransport(transport, value))
        .tag("transport", transport);
  }

  private double ofTransport(String name, ToDoubleFunction<TransportStatus> value) {
    TransportStatus status = outbox.status().get(name);
    return status == null ? Double.NaN : value.applyAsDouble(status);
  }

  private double ofBacklog(ToDoubleFunction<Backlog> value) {
    Backlog read = backlog.get();
    return read == null ? Double.NaN : value.applyAsDouble(read);
  }
}
