package io.outbox4j.spring.kafka;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.OutboxException;
import io.outbox4j.ReceivedMessage;

/**
 * A listener asked for its message to be delivered again. Rolls back; its cause keeps the inbox
 * from recording a failure and every error handler from skipping the message.
 */
final class NackedException extends OutboxException {

  private static final long serialVersionUID = 1L;

  NackedException(ReceivedMessage message) {
    super(
        message + " is to be delivered again: its listener said so",
        new InProgressElsewhereException(message));
  }
}
