package io.outbox4j.consume;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.OutboxMetrics;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes failures down, each in a transaction of its own. What can't be written is logged. */
final class FailureRecorder implements AutoCloseable {

  static final int ROOM = 1_000;
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(TransactionalInbox.class);

  private final ConsumeStore store;
  private final OutboxMetrics metrics;
  private final ThreadPoolExecutor thread;

  FailureRecorder(ConsumeStore store, OutboxMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(ROOM),
            FailureRecorder::newThread);
    thread.allowCoreThreadTimeOut(true);
  }

  /** Records on this thread, which holds no connection. Never throws. */
  void record(ReceivedMessage message, String error) {
    metrics.failed(message.consumerGroup());
    write(message, error);
  }

  /**
   * Records on the thread of the inbox: this one still holds the connection of the transaction that
   * has just ended, and must not wait for another, which a pool of one does not have. Never throws.
   */
  void recordLater(ReceivedMessage message, String error) {
    metrics.failed(message.consumerGroup());
    try {
      thread.execute(() -> write(message, error));
    } catch (RejectedExecutionException full) {
      log.warn(
          "The failure of {} is not in the table, since {}: {}",
          message,
          thread.isShutdown() ? "the inbox is closed" : ROOM + " others wait to be recorded",
          error);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        int left = thread.shutdownNow().size();
        log.warn("Closed with {} failures not recorded after {}", left, CLOSE_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void write(ReceivedMessage message, String error) {
    try {
      store.recordFailure(message, error);
    } catch (Throwable notWritten) {
      log.warn(
          "The failure of {} is not in the table, since {}: {}",
          message,
          ErrorText.of(notWritten),
          error);
    }
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "outbox-inbox-recorder");
    thread.setDaemon(true);
    return thread;
  }
}
