package io.outbox4j.consume;

import io.outbox4j.NotInTransactionException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The Spring transaction of the calling thread, as the inbox's DataSource sees it. */
final class RunningTransaction {

  private final DataSource dataSource;

  private RunningTransaction(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  static RunningTransaction on(DataSource dataSource) {
    // Transaction managers bind the connection to what is behind this proxy.
    DataSource target =
        dataSource instanceof TransactionAwareDataSourceProxy proxy
            ? proxy.getTargetDataSource()
            : dataSource;
    return new RunningTransaction(target == null ? dataSource : target);
  }

  /** Makes sure that a row and a business change can go into it together. */
  void demand() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()
        || !TransactionSynchronizationManager.isSynchronizationActive()) {
      throw new NotInTransactionException(
          "The inbox needs a transaction that is running, with synchronization: the transaction"
              + " manager has it switched off, or the transaction is over");
    }
    if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
      throw new NotInTransactionException(
          "The running transaction is read-only, so the inbox can't write its row: take readOnly"
              + " away, or call the inbox outside of it");
    }
    if (!holdsItsConnection()) {
      throw new NotInTransactionException(
          "The running transaction is not on the inbox's DataSource, so the row and the business"
              + " change can't be one: give the inbox the transaction manager and the DataSource"
              + " of the business change");
    }
  }

  /** Lets it only roll back. Spring takes that back when it rolls back to an older savepoint. */
  void doom() {
    if (TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder it) {
      it.setRollbackOnly();
    }
  }

  /** True for a connection bound by a transaction manager, and for one enlisted in JTA. */
  private boolean holdsItsConnection() {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return DataSourceUtils.isConnectionTransactional(connection, dataSource)
          && !connection.getAutoCommit();
    } catch (SQLException broken) {
      throw new CannotGetJdbcConnectionException(
          "The transaction's connection does not answer", broken);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }
}
