package io.outbox4j.spi;

import java.time.Duration;
import java.util.Collection;

/** Runs jobs. Thread-safe. */
public interface JobScheduler {

  /** Runs these jobs from now on, each again after its pause, until {@link #stop}. */
  void start(Collection<Job> jobs);

  /**
   * Starts no run any more, interrupts those that run, and waits for them.
   *
   * @param limit the longest wait
   */
  void stop(Duration limit);
}
