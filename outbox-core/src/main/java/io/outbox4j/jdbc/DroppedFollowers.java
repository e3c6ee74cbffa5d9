package io.outbox4j.jdbc;

import io.outbox4j.spi.LineHead;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Makes the unsent rows behind a dead head dead too. */
final class DroppedFollowers {

  private final OwnConnections connections;
  private final SendRows rows;

  DroppedFollowers(OwnConnections connections, SendRows rows) {
    this.connections = connections;
    this.rows = rows;
  }

  /** The head stays locked until the end: an operator who requeues it comes before or after. */
  int drop(LineHead head, int limit) {
    return connections.readCommitted(
        "dropping the rows behind a dead one",
        connection -> {
          List<Long> seq = lockDead(connection, head);
          List<UUID> followers =
              seq.isEmpty() ? List.of() : followers(connection, head, seq.get(0), limit);
          return followers.isEmpty() ? 0 : drop(connection, head, followers);
        });
  }

  private List<Long> lockDead(Connection connection, LineHead head) throws SQLException {
    return rows.sql()
        .add("SELECT seq FROM {send}{index primary} WHERE message_id = {}", head.id())
        .add(" AND status = 2 AND head_policy = 2 AND order_key = {}", head.line())
        .add(" AND application = {} FOR UPDATE SKIP LOCKED", rows.application())
        .query(connection, result -> result.getLong(1));
  }

  private List<UUID> followers(Connection connection, LineHead head, long seq, int limit)
      throws SQLException {
    return rows.sql()
        .add("SELECT message_id FROM {send}{index line} WHERE order_key = {}", head.line())
        .add(" AND seq > {} AND status = 0 AND application = {}{fresh}", seq, rows.application())
        .add(" ORDER BY order_key, seq LIMIT {} FOR UPDATE SKIP LOCKED", limit)
        .query(connection, rows::id);
  }

  private int drop(Connection connection, LineHead head, List<UUID> followers) throws SQLException {
    return rows.sql()
        .add("UPDATE {send}{index primary} SET status = 2, resolved = claims, order_key = NULL,")
        .add(" last_error = {}", "dropped behind the dead message " + head.id())
        .add(" WHERE message_id {}", followers)
        // In a CASE, so that they are looked up by their ids and not in the index of lines.
        .add(" AND CASE WHEN status = 0 AND order_key = {} THEN 1 ELSE 0 END = 1", head.line())
        .update(connection);
  }
}
