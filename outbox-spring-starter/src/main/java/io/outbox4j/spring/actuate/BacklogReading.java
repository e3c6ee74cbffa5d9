package io.outbox4j.spring.actuate;

import io.outbox4j.spi.Backlog;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backlog, read at most every few seconds, however many gauges and scrapes ask for it.
 * Thread-safe.
 */
final class BacklogReading {

  static final Duration MAX_AGE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(BacklogReading.class);

  private final Supplier<Backlog> database;
  private final LongSupplier clock;
  private boolean read;
  private long readAt;
  private @Nullable Backlog last;

  /**
   * Creates it.
   *
   * @param database counts the rows
   * @param clock nanoseconds, monotonic
   */
  BacklogReading(Supplier<Backlog> database, LongSupplier clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What was read last; null when the database did not answer. */
  synchronized @Nullable Backlog get() {
    if (!read || clock.getAsLong() - readAt >= MAX_AGE.toNanos()) {
      last = ask();
      // After the answer: a database that is slow to answer is not asked without a pause.
      readAt = clock.getAsLong();
      read = true;
    }
    return last;
  }

  private @Nullable Backlog ask() {
    try {
      return database.get();
    } catch (RuntimeException e) {
      log.debug("The backlog can't be read: {}", e.getClass().getName());
      return null;
    }
  }
}
