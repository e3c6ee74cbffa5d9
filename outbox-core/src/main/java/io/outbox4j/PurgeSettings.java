package io.outbox4j;

import java.time.Duration;

/**
 * When settled rows are deleted.
 *
 * @param sentRetention how long sent rows are kept
 * @param consumedRetention how long consumed rows are kept; a message that is delivered again later
 *     than this takes effect again, so it must exceed the longest redelivery
 * @param interval the pause between two purges
 * @param batchSize the most rows that one transaction deletes
 * @param pause the pause between two such transactions
 */
public record PurgeSettings(
    Duration sentRetention,
    Duration consumedRetention,
    Duration interval,
    int batchSize,
    Duration pause) {

  /** Sent rows 7 days, consumed rows 30 days; every 10 minutes, 1,000 rows, pauses of 100 ms. */
  public static PurgeSettings ofDefaults() {
    return new PurgeSettings(
        Duration.ofDays(7),
        Duration.ofDays(30),
        Duration.ofMinutes(10),
        1_000,
        Duration.ofMillis(100));
  }
}
