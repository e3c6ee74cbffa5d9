package io.outbox4j.send;

import io.outbox4j.send.Batch.Kind;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The batches that were handed to the transport and are not over. Guarded by the lane's lock, but
 * for {@link #start}, which calls the transport and must be called without it.
 */
final class Flights {

  private final Transport transport;
  private final Set<Batch> batches = new HashSet<>();

  Flights(Transport transport) {
    this.transport = transport;
  }

  Batch depart(Batch batch) {
    batches.add(batch);
    return batch;
  }

  /** Lets a worker hand the batch to the transport. */
  void start(Batch batch, Executor workers) {
    try {
      workers.execute(() -> batch.send(transport));
    } catch (RuntimeException | Error e) {
      batch.refused("no thread to send with: " + e.getClass().getName());
    }
  }

  void landed(Batch batch) {
    batches.remove(batch);
  }

  int count() {
    return batches.size();
  }

  long count(Kind kind) {
    return batches.stream().filter(batch -> batch.kind == kind).count();
  }

  /**
   * Looks after batches that take too long: the transport may have gone, or forgotten a message.
   * Returns whether this opened the breaker.
   */
  boolean noAnswerTo(Breaker breaker, long now) {
    long sendLimit = transport.sendLimit().toNanos();
    boolean opened = false;
    for (Batch batch : List.copyOf(batches)) {
      // A destination that was never proven may be silent for reasons of its own.
      if (batch.kind != Kind.TRIAL && batch.isWaiting()) {
        opened |= breaker.waiting(batch.handedOver, now);
      }
      if (batch.isWaiting() && now - batch.handedOver >= sendLimit) {
        batch.giveUp("no answer within " + Duration.ofNanos(sendLimit));
      }
    }
    return opened;
  }
}
