package io.outbox4j.job;

import io.outbox4j.spi.Job;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Runs every job on this node, each on a daemon thread of its own named {@code outbox-job-<name>}:
 * a job that takes long keeps no other waiting. The first runs begin at once.
 */
public final class LocalScheduler implements JobScheduler {

  private final OutboxMetrics metrics;

  /** The last thread of each job, which may outlive a {@link #stop} whose limit was too short. */
  private final Map<String, Thread> threads = new HashMap<>();

  private @Nullable CountDownLatch stopped;

  /**
   * Creates a scheduler.
   *
   * @param metrics counts the runs that fail
   */
  public LocalScheduler(OutboxMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Runs these jobs from now on.
   *
   * @throws IllegalStateException when it is running
   * @throws IllegalArgumentException when two jobs have the same name
   */
  @Override
  public synchronized void start(Collection<Job> jobs) {
    if (stopped != null) {
      throw new IllegalStateException("The scheduler is running: stop it before it starts again");
    }
    demandUniqueNames(jobs);
    CountDownLatch end = new CountDownLatch(1);
    stopped = end;
    for (Job job : jobs) {
      Thread predecessor = threads.get(job.name());
      Thread thread =
          new Thread(new Rounds(job, end, predecessor, metrics), "outbox-job-" + job.name());
      thread.setDaemon(true);
      threads.put(job.name(), thread);
      thread.start();
    }
  }

  /**
   * Starts no run any more, interrupts those that run, and waits for them. Does nothing when it is
   * not running. A run that outlasts the limit is left alone: after another {@link #start} its job
   * runs again only when it has ended.
   */
  @Override
  public void stop(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Thread thread : end()) {
      thread.interrupt();
    }
    for (Thread thread : running()) {
      if (!joined(thread, deadline)) {
        return;
      }
    }
  }

  private synchronized List<Thread> end() {
    if (stopped == null) {
      return List.of();
    }
    stopped.countDown();
    stopped = null;
    return running();
  }

  /** Without the calling one: a job that stops the scheduler must not wait for itself. */
  private synchronized List<Thread> running() {
    return threads.values().stream()
        .filter(thread -> thread.isAlive() && thread != Thread.currentThread())
        .toList();
  }

  private static boolean joined(Thread thread, long deadline) {
    try {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      thread.join(left.toMillis() + 1);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void demandUniqueNames(Collection<Job> jobs) {
    Set<String> names = new HashSet<>();
    for (Job job : jobs) {
      if (!names.add(job.name())) {
        throw new IllegalArgumentException("Two jobs are named " + job.name());
      }
    }
  }
}
