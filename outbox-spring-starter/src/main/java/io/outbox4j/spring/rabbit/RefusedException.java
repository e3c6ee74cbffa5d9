package io.outbox4j.spring.rabbit;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.OutboxException;
import io.outbox4j.ReceivedMessage;

/**
 * A listener refused its message with basicNack or basicReject. Rolls back; its cause keeps the
 * inbox from recording a failure.
 */
final class RefusedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  RefusedException(ReceivedMessage message) {
    super(message + " was refused by its listener", new InProgressElsewhereException(message));
  }
}
