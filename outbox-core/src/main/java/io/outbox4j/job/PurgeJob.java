package io.outbox4j.job;

import io.outbox4j.PurgeSettings;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.Job;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendStore;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the settled rows of one table that are older than their retention, in bounded batches
 * with a pause between them, until a batch comes back short. Several nodes may run it at once.
 */
public final class PurgeJob implements Job {

  private static final Logger log = LoggerFactory.getLogger(PurgeJob.class);

  private final String name;
  private final String table;
  private final Purge purge;
  private final Duration retention;
  private final PurgeSettings settings;
  private final OutboxMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition never = lock.newCondition();

  private PurgeJob(
      String table,
      Purge purge,
      Duration retention,
      PurgeSettings settings,
      OutboxMetrics metrics) {
    this.name = "purge-" + table.replace('_', '-');
    this.table = table;
    this.purge = purge;
    this.retention = retention;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** Purges sent and cancelled rows; the job is named {@code purge-message-send}. */
  public static PurgeJob ofSent(SendStore store, PurgeSettings settings, OutboxMetrics metrics) {
    return new PurgeJob("message_send", store::purge, settings.sentRetention(), settings, metrics);
  }

  /** Purges consumed rows; the job is named {@code purge-message-consume}. */
  public static PurgeJob ofConsumed(
      ConsumeStore store, PurgeSettings settings, OutboxMetrics metrics) {
    return new PurgeJob(
        "message_consume", store::purge, settings.consumedRetention(), settings, metrics);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Duration interval() {
    return settings.interval();
  }

  /** Deletes until a batch comes back short, or the thread is interrupted, which it stays. */
  @Override
  public Duration run() {
    long total = 0;
    try {
      int deleted;
      do {
        deleted = purge.purge(retention, settings.batchSize());
        total += deleted;
        if (deleted > 0) {
          metrics.purged(table, deleted);
        }
      } while (deleted >= settings.batchSize() && pausedInFull());
    } finally {
      if (total > 0) {
        log.info("Purged {} rows older than {} from {}", total, retention, table);
      }
    }
    return interval();
  }

  private boolean pausedInFull() {
    lock.lock();
    try {
      long left = settings.pause().toNanos();
      while (left > 0) {
        left = never.awaitNanos(left);
      }
      return !Thread.currentThread().isInterrupted();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** What both stores call purging. */
  private interface Purge {
    int purge(Duration olderThan, int limit);
  }
}
