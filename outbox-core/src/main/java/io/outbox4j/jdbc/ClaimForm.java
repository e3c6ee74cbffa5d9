package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import java.time.Duration;
import java.util.List;

/**
 * A way to claim rows: one statement where updates return rows, locks where they do not. Each claim
 * is one transaction, which is over when the method returns.
 */
interface ClaimForm {

  /** Claims due rows that stand in no line, oldest due time first. */
  List<ClaimedRow> claimDue(OwnConnections connections, SendRows rows, Wanted wanted);

  /**
   * Claims the oldest rows of lines. A row is claimed only together with all that stand before it:
   * its place in the line equals its place among the rows that were locked. To take what is due and
   * not locked would take the second row while another node has the first.
   *
   * @param lines ids of lines of the application and transport, in ascending order, each once
   */
  List<ClaimedRow> claimLines(
      OwnConnections connections, SendRows rows, Wanted wanted, List<String> lines);

  /** Adds a query for the oldest rows of lines, unsent or dead: id, line and seq. */
  static Sql addOldest(Sql sql, SendRows rows, Wanted wanted, List<String> lines) {
    return rows.dialect()
        .eachLine(
            sql,
            lines,
            "SELECT message_id, order_key, seq FROM {send}{index line}",
            "AND status IN (0, 2){fresh} ORDER BY order_key, seq LIMIT {}",
            wanted.run());
  }

  /**
   * Which rows to claim.
   *
   * @param limit the most rows
   * @param run the most rows of a line
   * @param maxBytes the most bytes of payload and headers, unless the first row has more
   */
  record Wanted(String transport, int limit, int run, long maxBytes, Duration lease) {}
}
