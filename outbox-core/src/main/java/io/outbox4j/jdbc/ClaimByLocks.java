package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * SELECT .. SKIP LOCKED, UPDATE, COMMIT at READ COMMITTED. A locking read locks what its plan
 * reads, so the plan is given: else a small table is scanned and locked as a whole.
 *
 * <p>Payloads up to an equal share of the bytes wanted come along with the locks.
 */
final class ClaimByLocks implements ClaimForm {

  @Override
  public List<ClaimedRow> claimDue(OwnConnections connections, SendRows rows, Wanted wanted) {
    return connections.readCommitted(
        "claiming rows",
        connection -> claim(connection, rows, wanted, lockDue(connection, rows, wanted)));
  }

  private static List<LockedRow> lockDue(Connection connection, SendRows rows, Wanted wanted)
      throws SQLException {
    return rows.sql()
        .add("SELECT " + LockedRow.COLUMNS, wanted.maxBytes() / wanted.limit())
        .add(
            """
             FROM {send}{index due}
            WHERE status = 0 AND next_attempt_at <= {now} AND order_key IS NULL
              AND application = {} AND transport = {}
            ORDER BY\s"""
                + rows.dialect().dueOrder()
                + " LIMIT {} FOR UPDATE SKIP LOCKED",
            rows.application(),
            wanted.transport(),
            wanted.limit())
        .query(connection, result -> LockedRow.read(rows, result));
  }

  /**
   * The read of the lines may be older than the locks. It still proves what stands before a row:
   * rows leave a line or are added at its end.
   */
  @Override
  public List<ClaimedRow> claimLines(
      OwnConnections connections, SendRows rows, Wanted wanted, List<String> lines) {
    return connections.readCommitted(
        "claiming rows of lines",
        connection -> {
          List<Standing> oldest = oldest(connection, rows, wanted, lines);
          if (oldest.isEmpty()) {
            return List.of();
          }
          Map<UUID, LockedRow> locked =
              lock(connection, rows, wanted, oldest.stream().map(Standing::id).toList()).stream()
                  .collect(Collectors.toMap(LockedRow::id, Function.identity()));
          return claim(connection, rows, wanted, unbroken(oldest, locked));
        });
  }

  /** A plain read, which locks nothing. */
  private static List<Standing> oldest(
      Connection connection, SendRows rows, Wanted wanted, List<String> lines) throws SQLException {
    List<Standing> oldest = new ArrayList<>();
    for (List<String> some : rows.inParts(lines)) {
      oldest.addAll(
          ClaimForm.addOldest(rows.sql(), rows, wanted, some)
              .query(
                  connection,
                  result ->
                      new Standing(
                          result.getString("order_key"), result.getLong("seq"), rows.id(result))));
    }
    oldest.sort(Comparator.comparing(Standing::line).thenComparingLong(Standing::seq));
    return oldest;
  }

  private static List<LockedRow> lock(
      Connection connection, SendRows rows, Wanted wanted, List<UUID> ids) throws SQLException {
    return rows.sql()
        .add("SELECT " + LockedRow.COLUMNS, wanted.maxBytes() / wanted.limit())
        .add(" FROM {send}{index primary} WHERE message_id {}", ids)
        .add(" AND status = 0 AND next_attempt_at <= {now} AND order_key IS NOT NULL")
        .add(" AND application = {} AND transport = {}", rows.application(), wanted.transport())
        .add(" FOR UPDATE SKIP LOCKED")
        .query(connection, result -> LockedRow.read(rows, result));
  }

  /** Of each line the rows before the first that is not locked. */
  private static List<LockedRow> unbroken(List<Standing> oldest, Map<UUID, LockedRow> locked) {
    List<LockedRow> unbroken = new ArrayList<>();
    Set<String> broken = new HashSet<>();
    for (Standing each : oldest) {
      LockedRow row = locked.get(each.id());
      if (row == null) {
        broken.add(each.line());
      } else if (!broken.contains(each.line())) {
        unbroken.add(row);
      }
    }
    return unbroken;
  }

  private static List<ClaimedRow> claim(
      Connection connection, SendRows rows, Wanted wanted, List<LockedRow> locked)
      throws SQLException {
    List<LockedRow> taken = take(locked, wanted.maxBytes());
    if (taken.isEmpty()) {
      return List.of();
    }
    rows.sql()
        .add(
            "UPDATE {send}{index primary} SET claims = claims + 1, next_attempt_at = {}",
            wanted.lease())
        .add(" WHERE message_id {}", taken.stream().map(LockedRow::id).toList())
        .update(connection);
    return LockedRow.claimed(connection, rows, taken);
  }

  /** The rows up to the limit of bytes; those behind it stay unclaimed. */
  private static List<LockedRow> take(List<LockedRow> locked, long maxBytes) {
    List<LockedRow> taken = new ArrayList<>();
    long total = 0;
    for (LockedRow row : locked) {
      total += row.bytes();
      if (!taken.isEmpty() && total > maxBytes) {
        break;
      }
      taken.add(row);
    }
    return taken;
  }

  /** Where a row stands. */
  private record Standing(String line, long seq, UUID id) {}
}
