package io.outbox4j.spring.kafka;

import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import java.util.List;

/** Notes what handlers throw, as the inbox sees it. */
record SeeingInbox(List<Throwable> seen) implements Inbox {

  @Override
  public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
      throws E {
    try {
      handler.handle(message);
      return Outcome.CONSUMED;
    } catch (Throwable failure) {
      seen.add(failure);
      throw failure;
    }
  }
}
