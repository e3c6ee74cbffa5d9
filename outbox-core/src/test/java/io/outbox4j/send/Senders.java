package io.outbox4j.send;

import io.outbox4j.SendSettings;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Transport;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Senders for which the application decides nothing and listens to nothing. */
final class Senders {

  private Senders() {}

  static Sender of(
      SendStore store,
      Map<String, Transport> transports,
      SendSettings settings,
      OutboxMetrics metrics) {
    return of(store, transports, settings, metrics, System::nanoTime);
  }

  static Sender of(
      SendStore store,
      Map<String, Transport> transports,
      SendSettings settings,
      OutboxMetrics metrics,
      LongSupplier clock) {
    return new Sender(
        new SendWiring(
            store,
            transports,
            settings,
            metrics,
            (transport, topic, error) -> null,
            List.of(),
            InstantSource.system()),
        clock);
  }
}
