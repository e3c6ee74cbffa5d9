package io.outbox4j.jdbc;

import io.outbox4j.AppendFailedException;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Inserts rows in the caller's transaction, in as few statements as the limits allow. */
final class Appending {

  /** A bound on how many different statements the driver has to keep. */
  private static final int MOST_ROWS = 1_000;

  /** What a row takes beside its texts and payload, generously. */
  private static final int ROW_BYTES = 500;

  private final DataSource dataSource;
  private final SendRows rows;

  Appending(DataSource dataSource, SendRows rows) {
    this.dataSource = OwnConnections.target(dataSource);
    this.rows = rows;
  }

  void append(List<NewRow> newRows) {
    if (newRows.isEmpty()) {
      return;
    }
    try {
      Connection connection = DataSourceUtils.getConnection(dataSource);
      try {
        for (List<NewRow> some : split(newRows, rows.dialect())) {
          insert(some).update(connection);
        }
      } finally {
        DataSourceUtils.releaseConnection(connection, dataSource);
      }
    } catch (SQLException e) {
      throw new AppendFailedException(explain(newRows.size(), e));
    } catch (CannotGetJdbcConnectionException e) {
      throw new AppendFailedException(
          "Writing messages failed: the transaction's connection could not be had ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }

  private static String explain(int count, SQLException e) {
    String text = SqlFailures.describe("Writing %d message(s)".formatted(count), e);
    return SqlFailures.isDuplicate(e)
        ? text
            + ". There is a message of this id already: an id that the application gives must be"
            + " unique, and a message is published once"
        : text;
  }

  private Sql insert(List<NewRow> some) {
    Sql sql =
        rows.sql().add("INSERT INTO {send} (" + String.join(", ", SendRows.INSERTED) + ") VALUES ");
    for (int i = 0; i < some.size(); i++) {
      if (i > 0) {
        sql.addText(", ");
      }
      SendRows.addValues(sql, some.get(i));
    }
    return sql;
  }

  /** The rows in their order, each list of them in the limits of one statement. */
  static List<List<NewRow>> split(List<NewRow> newRows, Dialect dialect) {
    int mostRows = Math.min(MOST_ROWS, dialect.mostParameters() / SendRows.INSERTED.size());
    List<List<NewRow>> parts = new ArrayList<>();
    List<NewRow> part = new ArrayList<>();
    long bytes = 0;
    for (NewRow row : newRows) {
      long size = size(row, dialect);
      if (part.size() == mostRows || !part.isEmpty() && bytes + size > dialect.statementBytes()) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(row);
      bytes += size;
    }
    parts.add(part);
    return parts;
  }

  private static long size(NewRow row, Dialect dialect) {
    OutgoingMessage message = row.row().message();
    byte[] payload = message.payload();
    long extra = payload == null ? 0 : dialect.bytesInStatement(payload) - payload.length;
    return ROW_BYTES + 3L * message.size() - 2L * (payload == null ? 0 : payload.length) + extra;
  }
}
