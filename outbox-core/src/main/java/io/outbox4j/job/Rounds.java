package io.outbox4j.job;

import io.outbox4j.spi.Job;
import io.outbox4j.spi.OutboxMetrics;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one job again and again, until the scheduler stops. */
final class Rounds implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(LocalScheduler.class);

  private final Job job;
  private final CountDownLatch stopped;
  private final @Nullable Thread predecessor;
  private final OutboxMetrics metrics;

  Rounds(Job job, CountDownLatch stopped, @Nullable Thread predecessor, OutboxMetrics metrics) {
    this.job = job;
    this.stopped = stopped;
    this.predecessor = predecessor;
    this.metrics = metrics;
  }

  @Override
  public void run() {
    boolean over = endOfPredecessorInterrupted();
    while (!over && !isStopped()) {
      Duration pause = runOnce();
      // An interrupt that the run left behind must not cut the pause. One by stop() is no loss: it
      // lets the latch go before it interrupts.
      Thread.interrupted();
      over = stoppedWithin(pause);
    }
  }

  private Duration runOnce() {
    try {
      Duration pause = job.run();
      return pause.compareTo(job.interval()) < 0 ? pause : job.interval();
    } catch (Throwable failure) {
      if (!isStopped()) {
        metrics.jobFailed(job.name());
        log.warn("Job {} failed, runs again in {}: {}", job.name(), job.interval(), text(failure));
      }
      return job.interval();
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private boolean stoppedWithin(Duration pause) {
    try {
      return stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      return isStopped();
    }
  }

  /** Two runs of a job must not overlap, also when stop() gave up waiting for the first. */
  private boolean endOfPredecessorInterrupted() {
    try {
      if (predecessor != null) {
        predecessor.join();
      }
      return false;
    } catch (InterruptedException interrupted) {
      return true;
    }
  }

  /** Classes and codes only: drivers print the values that were bound. */
  private static String text(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(10)
        .map(Rounds::textOfOne)
        .collect(Collectors.joining(" <- "));
  }

  private static String textOfOne(Throwable failure) {
    String name = failure.getClass().getName();
    return failure instanceof SQLException sql
        ? "%s [SQLSTATE %s, code %d]".formatted(name, sql.getSQLState(), sql.getErrorCode())
        : name;
  }
}
