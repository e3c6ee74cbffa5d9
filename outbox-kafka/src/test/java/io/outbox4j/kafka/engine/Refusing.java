package io.outbox4j.kafka.engine;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Refuses some messages when they come for the first time, and sends all others. */
final class Refusing implements Transport {

  private final Transport transport;
  private final int oneIn;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  /** Which ones it refuses is a matter of their business ids. */
  Refusing(Transport transport, int oneIn) {
    this.transport = transport;
    this.oneIn = oneIn;
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    List<OutgoingMessage> sent = new ArrayList<>();
    for (OutgoingMessage message : batch) {
      if (refuses(String.valueOf(message.businessId()))) {
        results.accept(message, SendResult.rejected("not at the first time"));
      } else {
        sent.add(message);
      }
    }
    if (!sent.isEmpty()) {
      transport.send(sent, results);
    }
  }

  private boolean refuses(String businessId) {
    return businessId.hashCode() % oneIn == 0 && refused.add(businessId);
  }

  @Override
  public void start() {
    transport.start();
  }

  @Override
  public Duration sendLimit() {
    return transport.sendLimit();
  }

  @Override
  public void close() {
    transport.close();
  }
}
