package io.outbox4j.spring.kafka;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Holds an acknowledgement back until the transaction has committed: an offset that is committed
 * before it would lose the message when the process dies in between.
 *
 * <p>Thread-safe: listeners may acknowledge on threads of their own.
 */
final class HeldAcknowledgment implements Acknowledgment {

  private final Acknowledgment container;
  private boolean holding = true;
  private boolean acknowledged;
  private @Nullable Duration nack;

  HeldAcknowledgment(Acknowledgment container) {
    this.container = container;
  }

  @Override
  public synchronized void acknowledge() {
    if (holding) {
      acknowledged = true;
    } else {
      container.acknowledge();
    }
  }

  @Override
  public synchronized void nack(Duration sleep) {
    if (holding) {
      nack = sleep;
    } else {
      container.nack(sleep);
    }
  }

  @Override
  public boolean isOutOfOrderCommit() {
    return container.isOutOfOrderCommit();
  }

  /** Forgets what was said: the transaction starts again. */
  synchronized void forget() {
    acknowledged = false;
    nack = null;
  }

  synchronized boolean nacked() {
    return nack != null;
  }

  /** Passes on what was said, and from now on all that will be. */
  synchronized void release() {
    holding = false;
    if (nack != null) {
      container.nack(nack);
    } else if (acknowledged) {
      container.acknowledge();
    }
  }
}
