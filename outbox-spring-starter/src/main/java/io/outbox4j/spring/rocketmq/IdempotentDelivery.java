package io.outbox4j.spring.rocketmq;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.common.message.MessageExt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes single messages through the inbox.
 *
 * <p>What is in progress elsewhere is waited for here: RocketMQ counts every redelivery, and after
 * some the message goes to the dead-letter queue.
 */
final class IdempotentDelivery {

  private static final Logger log = LoggerFactory.getLogger(IdempotentDelivery.class);

  /** The inbox has waited before, so this only keeps a short wait from spinning. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Inbox inbox;
  private final String group;
  private final Noting<?> noting;
  private final Duration patience;

  /**
   * Creates it.
   *
   * @param noting knows what the listener threw
   * @param patience how long a message may be in progress elsewhere before it is to come again
   */
  IdempotentDelivery(Inbox inbox, String group, Noting<?> noting, Duration patience) {
    this.inbox = inbox;
    this.group = group;
    this.noting = noting;
    this.patience = patience;
  }

  /**
   * Processes a message.
   *
   * @param listener handles it, and says whether that went well
   * @return whether the broker may forget it
   */
  boolean isDone(MessageExt message, BooleanSupplier listener) {
    ReceivedMessage received = ReceivedExt.of(group, message);
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        inbox.process(received, handled -> handle(received, listener));
        return true;
      } catch (InProgressElsewhereException inProgress) {
        if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          return false;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      } catch (ListenerFailedException failed) {
        return false;
      } catch (RuntimeException failed) {
        log.warn("{} is to be delivered again: {}", received, failed.getClass().getName());
        return false;
      }
    }
  }

  private void handle(ReceivedMessage received, BooleanSupplier listener) {
    noting.take();
    boolean well = listener.getAsBoolean();
    RuntimeException thrown = noting.take();
    if (thrown != null) {
      throw thrown;
    }
    if (!well) {
      throw new ListenerFailedException(received);
    }
  }
}
