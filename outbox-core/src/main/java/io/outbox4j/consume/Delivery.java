package io.outbox4j.consume;

import io.outbox4j.Inbox.Handler;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.OutboxMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One message on its way through the inbox: what happens inside the transaction. */
final class Delivery<E extends Exception> {

  private static final Logger log = LoggerFactory.getLogger(TransactionalInbox.class);

  private final ReceivedMessage message;
  private final Handler<E> handler;
  private final ConsumeStore store;
  private final OutboxMetrics metrics;
  private boolean admitted;

  Delivery(ReceivedMessage message, Handler<E> handler, ConsumeStore store, OutboxMetrics metrics) {
    this.message = message;
    this.handler = handler;
    this.store = store;
    this.metrics = metrics;
  }

  ReceivedMessage message() {
    return message;
  }

  /** Whether the handler ran: before that, whatever fails is not the message's fault. */
  boolean admitted() {
    return admitted;
  }

  /** Admits and handles the message in the transaction of the calling thread. */
  Outcome run() throws E {
    admitted = false;
    return switch (store.admit(message)) {
      case ADMITTED -> {
        admitted = true;
        handler.handle(message);
        yield Outcome.CONSUMED;
      }
      case DUPLICATE -> recognised(Outcome.DUPLICATE);
      case PARKED -> recognised(Outcome.PARKED);
    };
  }

  /** To be called when the transaction has committed. */
  void committed(Outcome outcome) {
    if (outcome == Outcome.CONSUMED) {
      metrics.consumed(message.consumerGroup());
    }
  }

  private Outcome recognised(Outcome outcome) {
    metrics.duplicate(message.consumerGroup());
    log.debug("{} is not handled again: {}", message, outcome);
    return outcome;
  }
}
