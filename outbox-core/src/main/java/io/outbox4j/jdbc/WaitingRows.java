package io.outbox4j.jdbc;

import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.Unsent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at what is not sent, by plain reads. */
final class WaitingRows {

  private final OwnConnections connections;
  private final SendRows rows;

  WaitingRows(OwnConnections connections, SendRows rows) {
    this.connections = connections;
    this.rows = rows;
  }

  /** One statement for each transport, with two look-ups in indexes: transports are few. */
  Unsent of(Collection<String> transports) {
    List<Unsent> each = transports.stream().distinct().map(this::of).toList();
    return new Unsent(
        each.stream().flatMap(unsent -> unsent.nextDue().stream()).min(Duration::compareTo),
        each.stream().anyMatch(Unsent::lines));
  }

  /** Asked for the first in an order, no planner looks for any in the whole table. */
  private Unsent of(String transport) {
    String prefix = Line.prefix(rows.application(), transport);
    return connections.statement(
        "looking for rows that wait",
        connection ->
            rows.sql()
                .add(
                    """
                    SELECT CASE WHEN (SELECT order_key FROM {send}{index line}
                                       WHERE order_key > {} AND order_key < {}
                                         AND status IN (0, 2){fresh}
                                       ORDER BY order_key, seq LIMIT 1) IS NULL
                                THEN 0 ELSE 1 END,
                           (SELECT {until next_attempt_at} FROM {send}{index due}
                             WHERE status = 0 AND order_key IS NULL
                               AND application = {} AND transport = {}{fresh}
                             ORDER BY\s"""
                        + rows.dialect().dueOrder()
                        + " LIMIT 1)",
                    prefix,
                    SendRows.endOf(prefix),
                    rows.application(),
                    transport)
                .query(
                    connection,
                    result -> new Unsent(Optional.ofNullable(wait(result)), result.getInt(1) == 1))
                .get(0));
  }

  private static @Nullable Duration wait(ResultSet result) throws SQLException {
    long micros = result.getLong(2);
    return result.wasNull() ? null : atLeastZero(micros);
  }

  static Duration atLeastZero(long micros) {
    return Micros.duration(Math.max(0, micros));
  }

  /**
   * In two parts, as rows in lines and others are in different indexes. Who was never claimed and
   * is not due is delayed; a row that its publisher keeps in memory was claimed by its INSERT.
   */
  Backlog backlog() {
    String part =
        """
        SELECT claims = 0 AND next_attempt_at > {now} AS later,
               {until created_at} AS born, {until deliver_at} AS wanted
          FROM {send} WHERE status = 0 AND application = {}{fresh} AND order_key\s""";
    return connections.statement(
        "counting what is not sent",
        connection ->
            rows.sql()
                .add("SELECT count(CASE WHEN later THEN NULL ELSE 1 END),")
                .add(
                    " -min(CASE WHEN later THEN NULL ELSE GREATEST(born, COALESCE(wanted, born)) END),")
                .add(" count(CASE WHEN later THEN 1 END),")
                .add(
                    " (SELECT count(*) FROM {send} WHERE status = 2 AND application = {}{fresh}) FROM (",
                    rows.application())
                .add(part + "IS NULL UNION ALL ", rows.application())
                .add(part + "IS NOT NULL) AS parts", rows.application())
                .query(
                    connection,
                    result ->
                        new Backlog(
                            result.getLong(1),
                            atLeastZero(result.getLong(2)),
                            result.getLong(4),
                            result.getLong(3)))
                .get(0));
  }
}
