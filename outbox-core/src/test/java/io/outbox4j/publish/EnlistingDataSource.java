package io.outbox4j.publish;

import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.XAConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** One connection for each JTA transaction, enlisted in it; auto-commit ones elsewhere. */
final class EnlistingDataSource extends AbstractDataSource {

  private final JdbcDataSource target;
  private final TransactionManager transactions;
  private final Map<Transaction, Connection> enlisted = new ConcurrentHashMap<>();

  EnlistingDataSource(JdbcDataSource target, TransactionManager transactions) {
    this.target = target;
    this.transactions = transactions;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      Transaction transaction = transactions.getTransaction();
      if (transaction == null || transaction.getStatus() != Status.STATUS_ACTIVE) {
        return target.getConnection();
      }
      Connection connection = enlisted.get(transaction);
      return connection == null ? enlist(transaction) : connection;
    } catch (SystemException | RollbackException failure) {
      throw new SQLException(failure);
    }
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  private Connection enlist(Transaction transaction)
      throws SQLException, SystemException, RollbackException {
    XAConnection physical = target.getXAConnection();
    Connection connection = staysOpen(physical.getConnection());
    transaction.enlistResource(physical.getXAResource());
    enlisted.put(transaction, connection);
    transaction.registerSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {}

          @Override
          public void afterCompletion(int status) {
            enlisted.remove(transaction);
            try {
              physical.close();
            } catch (SQLException failure) {
              throw new IllegalStateException(failure);
            }
          }
        });
    return connection;
  }

  private static Connection staysOpen(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
              if ("close".equals(method.getName())) {
                return null;
              }
              try {
                return method.invoke(connection, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }
}
