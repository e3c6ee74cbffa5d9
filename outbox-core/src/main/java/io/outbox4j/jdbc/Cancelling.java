package io.outbox4j.jdbc;

import io.outbox4j.CancelFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Cancels rows in the caller's transaction. */
final class Cancelling {

  private static final String TASK = "Cancelling a message";

  private final DataSource dataSource;
  private final SendRows rows;

  Cancelling(DataSource dataSource, SendRows rows) {
    this.dataSource = OwnConnections.target(dataSource);
    this.rows = rows;
  }

  /** At first a plain read: MySQL keeps the lock of a row that an update looked at in vain. */
  private boolean isUnclaimed(Connection connection, UUID id) throws SQLException {
    return !rows.sql()
        .add("SELECT 1 FROM {send}{index primary} WHERE message_id = {}", id)
        .add(" AND application = {} AND status = 0 AND claims = 0{fresh}", rows.application())
        .query(connection, result -> true)
        .isEmpty();
  }

  /** What nobody ever claimed nobody can be sending. */
  boolean cancel(UUID id) {
    try {
      Connection connection = DataSourceUtils.getConnection(dataSource);
      try {
        return isUnclaimed(connection, id)
            && rows.sql()
                    .add("UPDATE {send}{index primary} SET status = 3, order_key = NULL")
                    .add(" WHERE message_id = {} AND application = {}", id, rows.application())
                    .add(" AND status = 0 AND claims = 0")
                    .update(connection)
                == 1;
      } finally {
        DataSourceUtils.releaseConnection(connection, dataSource);
      }
    } catch (SQLException e) {
      throw new CancelFailedException(SqlFailures.describe(TASK, e));
    } catch (CannotGetJdbcConnectionException e) {
      throw new CancelFailedException(
          TASK
              + " failed: the transaction's connection could not be had ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }
}
