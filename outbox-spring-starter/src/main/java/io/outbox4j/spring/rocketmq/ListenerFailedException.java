package io.outbox4j.spring.rocketmq;

import io.outbox4j.OutboxException;
import io.outbox4j.ReceivedMessage;

/** A listener, or the container before it, asked for its message to be delivered again. */
final class ListenerFailedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  ListenerFailedException(ReceivedMessage message) {
    super(message + " was not consumed: its container's log says why");
  }
}
