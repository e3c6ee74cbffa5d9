package io.outbox4j.consume;

import io.outbox4j.Inbox.Outcome;
import io.outbox4j.NotInTransactionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Handles a message in a transaction that begins and ends here.
 *
 * <p>Not by TransactionTemplate: it wraps checked exceptions, and throws the exception of a failed
 * rollback instead of the handler's.
 */
final class OwnTransaction {

  /** Two duplicates can deadlock; each try may wait as long as the database waits for locks. */
  private static final int TRIES = 3;

  private static final Logger log = LoggerFactory.getLogger(TransactionalInbox.class);

  private final PlatformTransactionManager transactionManager;
  private final RunningTransaction running;
  private final FailureRecorder recorder;

  OwnTransaction(
      PlatformTransactionManager transactionManager,
      RunningTransaction running,
      FailureRecorder recorder) {
    this.transactionManager = transactionManager;
    this.running = running;
    this.recorder = recorder;
  }

  <E extends Exception> Outcome process(Delivery<E> delivery) throws E {
    for (int attempt = 1; ; attempt++) {
      try {
        Outcome outcome = inTransaction(delivery);
        delivery.committed(outcome);
        return outcome;
      } catch (Throwable failure) {
        Fault fault = Fault.of(failure);
        if (fault == Fault.CONTENTION && attempt < TRIES) {
          log.debug("{} starts again: {}", delivery.message(), ErrorText.of(failure));
          continue;
        }
        if (fault == Fault.MESSAGE && delivery.admitted()) {
          recorder.record(delivery.message(), ErrorText.of(failure));
        }
        throw failure;
      }
    }
  }

  private <E extends Exception> Outcome inTransaction(Delivery<E> delivery) throws E {
    TransactionStatus transaction = transactionManager.getTransaction(definition());
    Outcome outcome;
    try {
      demandNew(transaction);
      running.demand();
      outcome = delivery.run();
    } catch (Throwable failure) {
      rollBack(transaction, failure);
      throw failure;
    }
    transactionManager.commit(transaction);
    return outcome;
  }

  /** One that Spring only takes part in would commit later, unseen. */
  private static void demandNew(TransactionStatus transaction) {
    if (!transaction.isNewTransaction()) {
      throw new NotInTransactionException(
          "A transaction that was not begun through Spring, or without synchronization, is running"
              + " on this thread: begin it with @Transactional or TransactionTemplate, on a"
              + " transaction manager with synchronization");
    }
  }

  private void rollBack(TransactionStatus transaction, Throwable failure) {
    try {
      transactionManager.rollback(transaction);
    } catch (RuntimeException | Error alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private static TransactionDefinition definition() {
    DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
    definition.setName("outbox-inbox");
    return definition;
  }
}
