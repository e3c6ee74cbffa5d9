package io.outbox4j.jdbc;

import io.outbox4j.spi.ClaimedRow;
import java.time.Duration;
import java.util.List;

/** A way to claim rows: one statement where updates return rows, locks where they do not. */
interface ClaimForm {

  /** Claims rows, in one transaction that is over when this returns. */
  List<ClaimedRow> claim(OwnConnections connections, SendRows rows, Wanted wanted);

  /**
   * Which rows to claim: due ones of a transport.
   *
   * @param limit the most rows
   * @param maxBytes the most bytes of payload, unless the first row has more
   */
  record Wanted(String transport, int limit, long maxBytes, Duration lease) {}
}
