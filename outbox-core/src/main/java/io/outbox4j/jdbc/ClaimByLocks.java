package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.SendRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * SELECT .. SKIP LOCKED, UPDATE, COMMIT at READ COMMITTED. Payloads up to an equal share of the
 * bytes wanted come along with the first statement; the larger ones of the rows that are taken are
 * fetched by a statement of their own, so that none is loaded in vain.
 */
final class ClaimByLocks implements ClaimForm {

  private final UnaryOperator<String> dueIndex;
  private final String primaryIndex;

  /**
   * A locking read locks what its plan reads, so the plan is given: else a small table is scanned
   * and locked as a whole.
   *
   * @param dueIndex the hint for the index of due rows, from the table's name
   * @param primaryIndex the hint for the primary key
   */
  ClaimByLocks(UnaryOperator<String> dueIndex, String primaryIndex) {
    this.dueIndex = dueIndex;
    this.primaryIndex = primaryIndex;
  }

  @Override
  public List<ClaimedRow> claim(OwnConnections connections, SendRows rows, Wanted wanted) {
    return connections.readCommitted(
        "claiming rows",
        connection -> {
          List<Locked> taken = take(lock(connection, rows, wanted), wanted.maxBytes());
          if (taken.isEmpty()) {
            return List.of();
          }
          List<UUID> ids = taken.stream().map(Locked::id).toList();
          rows.sql()
              .add("UPDATE {send}" + primaryIndex)
              .add(" SET claims = claims + 1, next_attempt_at = {}", wanted.lease())
              .add(" WHERE message_id {}", ids)
              .update(connection);
          return withPayloads(connection, rows, taken);
        });
  }

  private List<Locked> lock(Connection connection, SendRows rows, Wanted wanted)
      throws SQLException {
    long share = wanted.maxBytes() / wanted.limit();
    String index = dueIndex.apply(rows.tables().settings().send());
    Sql sql =
        rows.sql()
            .add(
                """
                SELECT %s, COALESCE(octet_length(payload), -1) AS bytes,
                       COALESCE(octet_length(headers), 0) AS header_bytes,
                       CASE WHEN octet_length(payload) <= {} THEN payload END AS payload
                  FROM {send}%s
                 WHERE status = 0 AND next_attempt_at <= {now} AND order_key IS NULL
                   AND application = {} AND transport = {}
                 ORDER BY status, next_attempt_at LIMIT {} FOR UPDATE SKIP LOCKED"""
                    .formatted(SendRows.COLUMNS_BUT_PAYLOAD, index),
                share,
                rows.application(),
                wanted.transport(),
                wanted.limit());
    return sql.query(
        connection,
        result ->
            new Locked(rows.read(result), result.getLong("bytes"), result.getLong("header_bytes")));
  }

  /** The rows up to the limit of bytes; those behind it stay unclaimed. */
  private static List<Locked> take(List<Locked> locked, long maxBytes) {
    List<Locked> taken = new ArrayList<>();
    long total = 0;
    for (Locked row : locked) {
      total += Math.max(0, row.bytes()) + row.headerBytes();
      if (!taken.isEmpty() && total > maxBytes) {
        break;
      }
      taken.add(row);
    }
    return taken;
  }

  private static List<ClaimedRow> withPayloads(
      Connection connection, SendRows rows, List<Locked> taken) throws SQLException {
    List<UUID> missing = taken.stream().filter(Locked::lacksPayload).map(Locked::id).toList();
    Map<UUID, byte[]> payloads = new LinkedHashMap<>();
    if (!missing.isEmpty()) {
      rows.sql()
          .add("SELECT message_id, payload FROM {send} WHERE message_id {}", missing)
          .query(connection, result -> payloads.put(rows.id(result), result.getBytes("payload")));
    }
    return taken.stream().map(row -> row.claimed(payloads.get(row.id()))).toList();
  }

  /** A locked row as it was before the claim. */
  private record Locked(ClaimedRow before, long bytes, long headerBytes) {

    UUID id() {
      return before.row().message().id();
    }

    boolean lacksPayload() {
      return bytes >= 0 && before.row().message().payload() == null;
    }

    ClaimedRow claimed(byte @Nullable [] payload) {
      SendRow row = payload == null ? before.row() : SendRows.with(before.row(), payload);
      return new ClaimedRow(row, before.claims() + 1, before.resolved(), before.attempts());
    }
  }
}
