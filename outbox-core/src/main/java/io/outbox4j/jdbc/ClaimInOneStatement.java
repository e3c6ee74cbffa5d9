package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import java.util.Comparator;
import java.util.List;

/**
 * One round trip. The rows are locked in a WITH query, which is run once; as a plain subquery it
 * might be run again for each row of a join and lock more than the limit.
 */
final class ClaimInOneStatement implements ClaimForm {

  private static final String BYTES =
      "COALESCE(octet_length(payload), 0) + COALESCE(octet_length(headers), 0) AS bytes";

  @Override
  public List<ClaimedRow> claimDue(OwnConnections connections, SendRows rows, Wanted wanted) {
    return claim(
        connections,
        rows,
        rows.sql()
            .add(
                """
                WITH locked AS (
                  SELECT message_id, next_attempt_at, %s
                    FROM {send}
                   WHERE status = 0 AND next_attempt_at <= {now} AND order_key IS NULL
                     AND application = {} AND transport = {}
                   ORDER BY next_attempt_at LIMIT {} FOR UPDATE SKIP LOCKED),
                taken AS (
                  SELECT message_id, row_number() OVER due AS nth, sum(bytes) OVER due AS total
                    FROM locked
                  WINDOW due AS (ORDER BY next_attempt_at, message_id ROWS UNBOUNDED PRECEDING))
                UPDATE {send} m SET claims = m.claims + 1, next_attempt_at = {}
                  FROM taken
                 WHERE m.message_id = taken.message_id AND (nth = 1 OR total <= {})
                RETURNING nth,\s"""
                    .formatted(BYTES),
                rows.application(),
                wanted.transport(),
                wanted.limit(),
                wanted.lease(),
                wanted.maxBytes()));
  }

  /**
   * Rows are looked up by arrays of their ids, which no plan can turn into a pass over the table;
   * the CASE keeps it from a pass over the index of lines, which has the same conditions. A row
   * that another transaction changed meanwhile is looked at again when it is locked: it may have
   * been sent, or have left its line.
   */
  @Override
  public List<ClaimedRow> claimLines(
      OwnConnections connections, SendRows rows, Wanted wanted, List<String> lines) {
    Sql sql =
        rows.sql()
            .add(
                """
                WITH oldest AS (
                  SELECT message_id, row_number() OVER (PARTITION BY order_key ORDER BY seq) AS standing
                    FROM (""");
    return claim(
        connections,
        rows,
        ClaimForm.addOldest(sql, rows, wanted, lines)
            .add(
                """
                ) AS found),
                locked AS (
                  SELECT message_id, order_key, seq, %s
                    FROM {send}
                   WHERE message_id = ANY (ARRAY(SELECT message_id FROM oldest))
                     AND CASE WHEN status = 0 AND next_attempt_at <= {now} AND order_key IS NOT NULL
                               AND application = {} AND transport = {}
                              THEN true ELSE false END
                     FOR UPDATE SKIP LOCKED),
                run AS (
                  SELECT message_id, order_key, seq, bytes, standing,
                         row_number() OVER (PARTITION BY order_key ORDER BY seq) AS got
                    FROM oldest JOIN locked USING (message_id)),
                taken AS (
                  SELECT message_id, row_number() OVER lines AS nth, sum(bytes) OVER lines AS total
                    FROM run WHERE standing = got
                  WINDOW lines AS (ORDER BY order_key, seq ROWS UNBOUNDED PRECEDING))
                UPDATE {send} m SET claims = m.claims + 1, next_attempt_at = {}
                 WHERE m.message_id = ANY (ARRAY(
                   SELECT message_id FROM taken WHERE nth = 1 OR total <= {}))
                RETURNING m.seq,\s"""
                    .formatted(BYTES),
                rows.application(),
                wanted.transport(),
                wanted.lease(),
                wanted.maxBytes()));
  }

  /** Runs an update whose list of returned columns begins with the order of the rows. */
  private static List<ClaimedRow> claim(OwnConnections connections, SendRows rows, Sql upToOrder) {
    Sql sql = upToOrder.add(SendRows.columns("m."));
    return connections.statement(
        "claiming rows",
        connection ->
            sql
                .query(connection, result -> new Placed(result.getLong(1), rows.read(result)))
                .stream()
                .sorted(Comparator.comparingLong(Placed::place))
                .map(Placed::row)
                .toList());
  }

  /** An UPDATE returns rows in any order. */
  private record Placed(long place, ClaimedRow row) {}
}
