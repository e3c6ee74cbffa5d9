package io.outbox4j.spi;

import java.time.Duration;

/**
 * What of an application's messages is not sent.
 *
 * @param unsent how many rows are due, or on their way
 * @param oldestUnsent for how long the oldest of them waits: since it was published, or since the
 *     time that it was delayed to; zero when there is none
 * @param dead how many rows are dead
 * @param delayed how many rows wait for a time that is still to come; they are not among the unsent
 */
public record Backlog(long unsent, Duration oldestUnsent, long dead, long delayed) {

  /** A backlog without delayed rows. */
  public Backlog(long unsent, Duration oldestUnsent, long dead) {
    this(unsent, oldestUnsent, dead, 0);
  }
}
