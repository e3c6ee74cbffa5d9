package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import java.util.Comparator;
import java.util.List;

/**
 * One round trip. The rows are locked in a WITH query, which is run once; as a plain subquery it
 * might be run again for each row of a join and lock more than the limit.
 */
final class ClaimInOneStatement implements ClaimForm {

  @Override
  public List<ClaimedRow> claim(OwnConnections connections, SendRows rows, Wanted wanted) {
    return connections.statement(
        "claiming rows",
        connection -> {
          Sql sql =
              rows.sql()
                  .add(
                      """
                      WITH locked AS (
                        SELECT message_id, next_attempt_at, COALESCE(octet_length(payload), 0)
                               + COALESCE(octet_length(headers), 0) AS bytes
                          FROM {send}
                         WHERE status = 0 AND next_attempt_at <= {now} AND order_key IS NULL
                           AND application = {} AND transport = {}
                         ORDER BY next_attempt_at LIMIT {} FOR UPDATE SKIP LOCKED),
                      taken AS (
                        SELECT message_id, row_number() OVER line AS line_no, sum(bytes) OVER line AS total
                          FROM locked
                        WINDOW line AS (ORDER BY next_attempt_at, message_id ROWS UNBOUNDED PRECEDING))
                      UPDATE {send} m SET claims = m.claims + 1, next_attempt_at = {}
                        FROM taken
                       WHERE m.message_id = taken.message_id AND (line_no = 1 OR total <= {})
                      RETURNING line_no,\s"""
                          + SendRows.columns("m."),
                      rows.application(),
                      wanted.transport(),
                      wanted.limit(),
                      wanted.lease(),
                      wanted.maxBytes());
          return sql
              .query(connection, result -> new Placed(result.getLong(1), rows.read(result)))
              .stream()
              .sorted(Comparator.comparingLong(Placed::line))
              .map(Placed::row)
              .toList();
        });
  }

  /** An UPDATE returns rows in any order. */
  private record Placed(long line, ClaimedRow row) {}
}
