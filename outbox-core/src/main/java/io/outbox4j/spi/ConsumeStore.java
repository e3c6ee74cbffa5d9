package io.outbox4j.spi;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.ReceivedMessage;
import java.time.Duration;

/**
 * The table {@code message_consume}: what was received, and what became of it.
 *
 * <p>All methods are safe for use by any number of threads.
 */
public interface ConsumeStore {

  /**
   * Inserts the message's row as <i>consumed</i>, as the first statement of the Spring transaction
   * of the calling thread, or recognises it. While another transaction holds the row, the call
   * waits.
   *
   * @param message what was received
   * @return whether the handler is to run
   * @throws InProgressElsewhereException when the wait was over before the other transaction; this
   *     transaction must roll back
   * @throws org.springframework.dao.PessimisticLockingFailureException when the call was a
   *     deadlock's victim: the transaction must roll back and may be tried again at once
   */
  Admission admit(ReceivedMessage message);

  /**
   * Records a failure, in a transaction of its own, after the failed one has ended. Never changes a
   * row that is consumed or parked.
   *
   * @param message what was received
   * @param error what went wrong, in words without payload
   */
  void recordFailure(ReceivedMessage message, String error);

  /**
   * Deletes consumed rows, oldest first; never a failed or parked one.
   *
   * @param olderThan the age from which a row goes, counted from when it was consumed, by the
   *     database's clock
   * @param limit the most rows to delete
   * @return how many were deleted
   */
  int purge(Duration olderThan, int limit);

  /** What the table says of a message. */
  enum Admission {
    /** The row is in: run the handler. */
    ADMITTED,
    /** It was consumed before: do not run the handler. */
    DUPLICATE,
    /** It waits for an operator: do not run the handler. */
    PARKED
  }
}
