package io.outbox4j.spi;

import java.time.Duration;

/** Work that is done again and again, such as purging. Named classes only, no lambdas. */
public interface Job {

  /** The job's name: lower-case words with hyphens, unique within the engine. */
  String name();

  /** The longest pause between two runs. */
  Duration interval();

  /**
   * Does the work once. Runs on a thread of the scheduler, without a transaction; never two runs of
   * one job at once on one node. An exception is counted and logged, and does not end the schedule.
   * Returns early when the thread is interrupted.
   *
   * @return the pause after which another run makes sense; longer than {@link #interval()} counts
   *     as that
   */
  Duration run();
}
