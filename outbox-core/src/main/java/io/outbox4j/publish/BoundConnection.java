package io.outbox4j.publish;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.ConnectionHolder;

/**
 * The connection that a transaction manager bound to the thread, the same as long as its holder is.
 */
record BoundConnection(ConnectionHolder holder) {

  private static final Logger log = LoggerFactory.getLogger(BoundConnection.class);

  @Override
  public boolean equals(Object other) {
    return other instanceof BoundConnection bound && bound.holder == holder;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(holder);
  }

  /** Rolls back what the transaction manager left undecided, before it is returned to the pool. */
  void rollBack() {
    try {
      Connection connection = holder.getConnection();
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException | RuntimeException failure) {
      log.error(
          "A transaction could not be rolled back after a callback had failed; its change may be"
              + " committed without its messages ({})",
          failure.getClass().getName());
    }
  }
}
