package io.outbox4j.publish;

import io.outbox4j.NotInTransactionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/** Refuses every transaction that would not keep a row, or would keep it without the business. */
final class TransactionCheck {

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final Set<String> CALLBACKS_OF_THE_END =
      Set.of("invokeAfterCommit", "invokeAfterCompletion");

  private static final String OVER =
      "The outbox was called in a callback after the transaction's end (afterCommit, afterCompletion,"
          + " @TransactionalEventListener): the message would not belong to it any more. Publish"
          + " before the commit, for events with phase BEFORE_COMMIT, or begin a new transaction"
          + " (REQUIRES_NEW).";

  private final DataSource dataSource;
  private final Transactions transactions;

  TransactionCheck(DataSource dataSource, Transactions transactions) {
    this.dataSource = dataSource;
    this.transactions = transactions;
  }

  /**
   * Returns if rows can be appended in the transaction of the thread.
   *
   * @param buffer its buffer, if its begin was seen
   */
  void demand(@Nullable TransactionBuffer buffer) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      throw withoutSynchronization();
    }
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new NotInTransactionException(
          "The outbox was called without a transaction, in a scope that does not begin one (SUPPORTS,"
              + " NOT_SUPPORTED, NEVER): use REQUIRED.");
    }
    if (buffer != null && buffer.over()) {
      throw new NotInTransactionException(OVER);
    }
    if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
      throw new NotInTransactionException(
          "The outbox was called in a read-only transaction, which can't store the message: remove"
              + " readOnly = true from the outermost @Transactional or TransactionTemplate.");
    }
    if (buffer == null) {
      demandUnseen();
      demandConnection();
    } else if (!buffer.checked()) {
      demandOurs();
      demandConnection();
      buffer.check();
    }
  }

  private NotInTransactionException withoutSynchronization() {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return new NotInTransactionException(OVER);
    }
    if (transactions.bound() != null) {
      return new NotInTransactionException(
          "The outbox was called in a transaction without synchronization, whose end nobody is told:"
              + " its transaction manager has SYNCHRONIZATION_NEVER. Set SYNCHRONIZATION_ALWAYS, the"
              + " default.");
    }
    return new NotInTransactionException(
        "The outbox was called without a transaction: call it in a method with @Transactional, through"
            + " its Spring bean, or in a TransactionTemplate, on the same thread.");
  }

  /** A transaction whose begin was not seen may be anybody's, and may be over. */
  private void demandUnseen() {
    if (inCallbackOfTheEnd()) {
      throw new NotInTransactionException(
          OVER
              + " If a new one was begun, give its transaction manager to the outbox (listenTo) so"
              + " that it can tell.");
    }
    demandOurs();
    // Without a running JTA transaction a connection that DataSourceUtils took is on its own.
    if (!transactions.globalRuns() && (transactions.bound() == null || takenByDataSourceUtils())) {
      throw ofAnotherDataSource();
    }
  }

  private void demandOurs() {
    BoundConnection bound = transactions.bound();
    if (bound != null && transactions.isSuspended(bound)) {
      throw ofAnotherDataSource();
    }
  }

  private void demandConnection() {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      if (!DataSourceUtils.isConnectionTransactional(connection, dataSource)
          || connection.getAutoCommit()) {
        throw ofAnotherDataSource();
      }
      if (connection.isReadOnly()) {
        throw new NotInTransactionException(
            "The outbox was called on a read-only connection, which can't store the message: give the"
                + " transaction a connection that can write.");
      }
    } catch (SQLException failure) {
      throw new NotInTransactionException(
          "The transaction's connection could not be asked whether it can store the message ("
              + failure.getClass().getName()
              + ", SQLSTATE "
              + failure.getSQLState()
              + "): roll back and try again.");
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  private static NotInTransactionException ofAnotherDataSource() {
    return new NotInTransactionException(
        "The outbox was called in a transaction of another DataSource than the outbox's, so the message"
            + " would not be stored with the business change: use the transaction manager of the"
            + " outbox's DataSource (@Transactional(\"name\")), give JpaTransactionManager its"
            + " dataSource, or give JTA's manager to the outbox (listenTo).");
  }

  private static boolean takenByDataSourceUtils() {
    return TransactionSynchronizationManager.getSynchronizations().stream()
        .anyMatch(it -> it.getClass().getEnclosingClass() == DataSourceUtils.class);
  }

  private static boolean inCallbackOfTheEnd() {
    return STACK.walk(
        frames ->
            frames.anyMatch(
                frame ->
                    frame.getDeclaringClass() == TransactionSynchronizationUtils.class
                        && CALLBACKS_OF_THE_END.contains(frame.getMethodName())));
  }
}
