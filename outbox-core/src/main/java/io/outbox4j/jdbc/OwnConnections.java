package io.outbox4j.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Work on connections of our own, never on one that a Spring transaction holds; committed when it
 * returns, also where the pool's connections are not in auto-commit mode.
 */
final class OwnConnections {

  private static final int TRIES = 5;

  private final DataSource dataSource;
  private final Dialect dialect;

  OwnConnections(DataSource dataSource, Dialect dialect) {
    this.dataSource = target(dataSource);
    this.dialect = dialect;
  }

  /** The DataSource itself, where a proxy would hand out the transaction's connection. */
  static DataSource target(DataSource dataSource) {
    DataSource target = dataSource;
    while (target instanceof TransactionAwareDataSourceProxy proxy
        && proxy.getTargetDataSource() != null) {
      target = proxy.getTargetDataSource();
    }
    return target;
  }

  /** Runs a single statement: auto-commit saves its round trips. */
  <T> T statement(String task, Work<T> work) {
    return again(() -> run(task, Kind.STATEMENT, work));
  }

  /** Runs several statements in one transaction. */
  <T> T transaction(String task, Work<T> work) {
    return again(() -> run(task, Kind.TRANSACTION, work));
  }

  /** Runs several statements in one transaction at READ COMMITTED, which locks single rows. */
  <T> T readCommitted(String task, Work<T> work) {
    return again(() -> run(task, Kind.READ_COMMITTED, work));
  }

  /**
   * A deadlock's victim is started again: the others got through in the meantime. Who waited for a
   * lock in vain is not: its time is over.
   */
  private static <T> T again(Supplier<T> run) {
    for (int tried = 1; ; tried++) {
      try {
        return run.get();
      } catch (PessimisticLockingFailureException e) {
        if (tried == TRIES || e instanceof CannotAcquireLockException) {
          throw e;
        }
      }
    }
  }

  private <T> T run(String task, Kind kind, Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      boolean auto = connection.getAutoCommit();
      boolean switched = auto && kind != Kind.STATEMENT;
      if (switched) {
        connection.setAutoCommit(false);
      }
      try {
        if (kind == Kind.READ_COMMITTED) {
          dialect.readCommitted(connection);
        }
        T result = work.on(connection);
        if (!auto) {
          connection.commit();
        } else if (switched) {
          // Commits, and saves the round trip of a COMMIT of its own.
          connection.setAutoCommit(true);
        }
        return result;
      } catch (SQLException | RuntimeException e) {
        undo(connection, auto, switched);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailures.translate(task, e);
    }
  }

  /** What fails here failed before, and its text is the driver's: the first error is told. */
  @SuppressWarnings("EmptyCatch")
  private static void undo(Connection connection, boolean auto, boolean switched) {
    try {
      if (!auto || switched) {
        connection.rollback();
      }
      if (switched) {
        connection.setAutoCommit(true);
      }
    } catch (SQLException ignored) {
      // The pool finds out by itself that the connection is broken.
    }
  }

  private enum Kind {
    STATEMENT,
    TRANSACTION,
    READ_COMMITTED
  }

  /** Work on a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
