package io.outbox4j.jdbc;

import io.outbox4j.spi.Line;
import io.outbox4j.spi.LineHead;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the heads of lines, by plain reads. */
final class LineHeads {

  /** How many rows a walk looks at first, and at least, where it can't skip those of a line. */
  private static final int FIRST_STEP = 64;

  private static final int LEAST_STEP = 8;

  private final OwnConnections connections;
  private final SendRows rows;

  LineHeads(OwnConnections connections, SendRows rows) {
    this.connections = connections;
    this.rows = rows;
  }

  /** In the order of the lines' ids, none for a line that is empty. */
  List<LineHead> of(String transport, Collection<String> lines) {
    return connections.statement(
        "looking at the heads of lines",
        connection -> {
          List<LineHead> heads = new ArrayList<>();
          for (List<String> some : rows.inParts(rows.ownLines(transport, lines))) {
            heads.addAll(query(some).query(connection, this::read));
          }
          heads.sort(Comparator.comparing(LineHead::line));
          return heads;
        });
  }

  private Sql query(List<String> lines) {
    return rows.dialect()
        .eachLine(
            rows.sql(),
            lines,
            """
            SELECT m.message_id, m.order_key, m.status, m.head_policy,
                   {until m.next_attempt_at} AS due_in,
                   CASE WHEN EXISTS (SELECT 1 FROM {send} f{index line}
                                      WHERE f.order_key = m.order_key AND f.seq > m.seq
                                        AND f.status = 0{fresh})
                        THEN 1 ELSE 0 END AS followed
              FROM {send} m{index line}""",
            "AND status IN (0, 2){fresh} ORDER BY order_key, seq LIMIT 1");
  }

  private LineHead read(ResultSet result) throws SQLException {
    return new LineHead(
        result.getString("order_key"),
        rows.id(result),
        result.getInt("status") == 2,
        Micros.duration(Math.max(0, result.getLong("due_in"))),
        SendRows.headPolicy(result.getInt("head_policy")),
        result.getInt("followed") == 1);
  }

  /**
   * The heads of the next lines. Of a line that was left meanwhile the next one takes the place.
   */
  List<LineHead> after(String transport, @Nullable String after, int limit) {
    String prefix = Line.prefix(rows.application(), transport);
    String before = SendRows.endOf(prefix);
    String from = after == null ? prefix : after;
    List<LineHead> heads = new ArrayList<>();
    while (heads.size() < limit) {
      int wanted = limit - heads.size();
      String begin = from;
      List<String> next =
          connections.statement(
              "looking for lines", connection -> next(connection, begin, before, wanted));
      if (!next.isEmpty()) {
        heads.addAll(of(transport, next));
        from = next.get(next.size() - 1);
      }
      if (next.size() < wanted) {
        break;
      }
    }
    return heads;
  }

  /**
   * Where a long line fills a step, the next step begins behind that line, and is short: so the
   * rows that are read are a small multiple of the lines that are found.
   */
  private List<String> next(Connection connection, String after, String before, int limit)
      throws SQLException {
    List<String> lines = new ArrayList<>();
    String from = after;
    int most = rows.dialect().walksFromLineToLine() ? limit : FIRST_STEP;
    while (lines.size() < limit) {
      int step = Math.min(most, limit - lines.size());
      List<String> read =
          rows.dialect()
              .linesBetween(rows.sql(), from, before, step)
              .query(connection, result -> result.getString(1));
      List<String> found = read.stream().distinct().toList();
      lines.addAll(found);
      if (read.size() < step) {
        break;
      }
      from = found.get(found.size() - 1);
      most = Math.max(LEAST_STEP, 2 * found.size());
    }
    return lines;
  }
}
