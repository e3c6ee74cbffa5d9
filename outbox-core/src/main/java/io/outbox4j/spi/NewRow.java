package io.outbox4j.spi;

import java.time.Duration;

/**
 * A row to be appended, with the moment at which it is due.
 *
 * @param row the row
 * @param dueIn how long after the INSERT, by the database's clock, anybody may claim it, unless the
 *     row's {@link Timing#notBefore} says it. A row that its publisher keeps in memory is born
 *     under a grace, which is the publisher's lease
 * @param claims 1 when the INSERT is the publisher's own claim, else 0
 */
public record NewRow(SendRow row, Duration dueIn, int claims) {

  /** A row whose publisher sends it from memory within the grace. */
  public static NewRow kept(SendRow row, Duration grace) {
    return new NewRow(row, grace, 1);
  }

  /** A row that is due when its timing says so; whoever claims it sends it. */
  public static NewRow due(SendRow row) {
    return new NewRow(row, row.timing().after(), 0);
  }
}
