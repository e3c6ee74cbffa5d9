package io.outbox4j.publish;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Hears of one manager's transactions.
 *
 * <p>Its {@code beforeCommit} comes after all synchronizations. There is no {@code beforeBegin}:
 * with JPA a transaction that is asked anything at that time can't begin. Savepoints come here too,
 * as transactions that are not new, and are none of its business.
 */
final class CommitListener implements TransactionExecutionListener {

  private final Transactions transactions;
  private final Appender appender;
  private final boolean global;
  private final @Nullable JpaFlush flush;

  /**
   * Creates the listener of one manager.
   *
   * @param global whether its transactions span DataSources (JTA)
   * @param flush flushes its EntityManagers, if it has any
   */
  CommitListener(
      Transactions transactions, Appender appender, boolean global, @Nullable JpaFlush flush) {
    this.transactions = transactions;
    this.appender = appender;
    this.global = global;
    this.flush = flush;
  }

  boolean belongsTo(Transactions others) {
    return transactions == others;
  }

  @Override
  public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
    if (failure == null && transaction.isNewTransaction()) {
      transactions.begin(global);
    }
  }

  @Override
  public void beforeCommit(TransactionExecution transaction) {
    TransactionBuffer buffer = transactions.current();
    if (buffer == null || !transaction.isNewTransaction()) {
      return;
    }
    buffer.endIsAnnounced();
    if (isSureToRollBack(transaction)) {
      return;
    }
    try {
      if (flush != null && !buffer.isEmpty()) {
        flush.run();
      }
      buffer.append(appender);
    } catch (TransactionException failure) {
      // Managers do not roll back for one of these.
      throw Appender.translated(failure);
    }
  }

  /**
   * Whether an INSERT could only hide why. JPA and JTA roll back when their own transaction is
   * marked; the managers of JDBC and of plain Hibernate commit one that is marked as late as in a
   * callback before its commit, and the message belongs to that.
   */
  private boolean isSureToRollBack(TransactionExecution transaction) {
    return (global || flush != null && flush.obeysMarks())
        && transaction instanceof DefaultTransactionStatus status
        && status.isGlobalRollbackOnly();
  }

  @Override
  public void beforeRollback(TransactionExecution transaction) {
    TransactionBuffer buffer = transactions.current();
    if (buffer != null && transaction.isNewTransaction()) {
      buffer.endIsAnnounced();
    }
  }
}
