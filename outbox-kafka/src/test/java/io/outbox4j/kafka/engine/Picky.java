package io.outbox4j.kafka.engine;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Refuses messages whose business ids begin with {@code bad}, and takes all others at once. */
final class Picky implements Transport {

  private final List<String> taken = new CopyOnWriteArrayList<>();

  /** The business ids of all that it took, in this order. */
  List<String> taken() {
    return taken;
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    for (OutgoingMessage message : batch) {
      String id = String.valueOf(message.businessId());
      if (id.startsWith("bad")) {
        results.accept(message, SendResult.rejected("bad"));
      } else {
        taken.add(id);
        results.accept(message, SendResult.acknowledged(null));
      }
    }
  }

  @Override
  public Duration sendLimit() {
    return Duration.ofSeconds(5);
  }
}
