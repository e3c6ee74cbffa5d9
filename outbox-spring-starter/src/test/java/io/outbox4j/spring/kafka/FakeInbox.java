package io.outbox4j.spring.kafka;

import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs handlers without a transaction, unless it is told what became of the message. */
final class FakeInbox implements Inbox {

  final List<ReceivedMessage> offered = new CopyOnWriteArrayList<>();
  private final Outcome outcome;

  FakeInbox(Outcome outcome) {
    this.outcome = outcome;
  }

  @Override
  public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
      throws E {
    offered.add(message);
    if (outcome == Outcome.CONSUMED) {
      handler.handle(message);
    }
    return outcome;
  }
}
