package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.SendRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A locked row as it was before the claim. A small payload came along with the lock; a larger one
 * is fetched when the row is taken, so that none is loaded in vain.
 *
 * @param payloadBytes the length of the payload, -1 when there is none
 */
record LockedRow(ClaimedRow before, long payloadBytes, long headerBytes) {

  /** The columns to lock; its argument is the most bytes of a payload that comes along. */
  static final String COLUMNS =
      SendRows.COLUMNS_BUT_PAYLOAD
          + SendRows.expiresIn("")
          + ", COALESCE(octet_length(payload), -1) AS payload_bytes"
          + ", COALESCE(octet_length(headers), 0) AS header_bytes"
          + ", CASE WHEN octet_length(payload) <= {} THEN payload END AS payload";

  static LockedRow read(SendRows rows, ResultSet result) throws SQLException {
    return new LockedRow(
        rows.read(result), result.getLong("payload_bytes"), result.getLong("header_bytes"));
  }

  /** Makes locked rows claimed ones, with their payloads. */
  static List<ClaimedRow> claimed(Connection connection, SendRows rows, List<LockedRow> locked)
      throws SQLException {
    List<UUID> missing =
        locked.stream().filter(LockedRow::lacksPayload).map(LockedRow::id).toList();
    Map<UUID, byte[]> payloads = new HashMap<>();
    if (!missing.isEmpty()) {
      rows.sql()
          .add("SELECT message_id, payload FROM {send} WHERE message_id {}", missing)
          .query(connection, result -> payloads.put(rows.id(result), result.getBytes("payload")));
    }
    return locked.stream().map(row -> row.claimed(payloads.get(row.id()))).toList();
  }

  UUID id() {
    return before.row().message().id();
  }

  long bytes() {
    return Math.max(0, payloadBytes) + headerBytes;
  }

  private boolean lacksPayload() {
    return payloadBytes >= 0 && before.row().message().payload() == null;
  }

  private ClaimedRow claimed(byte @Nullable [] payload) {
    SendRow row = payload == null ? before.row() : SendRows.with(before.row(), payload);
    return new ClaimedRow(
        row, before.claims() + 1, before.resolved(), before.attempts(), before.expiresIn());
  }
}
