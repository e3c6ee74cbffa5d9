package io.outbox4j.testkit;

import io.outbox4j.spi.Job;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A job that counts its runs and knows whether two overlapped. */
final class RecordedJob implements Job {

  /** What one run does; its number starts at 1. */
  interface Work {
    Duration run(int number) throws InterruptedException;
  }

  final AtomicInteger begun = new AtomicInteger();
  final AtomicInteger ended = new AtomicInteger();
  final AtomicInteger overlaps = new AtomicInteger();

  private final String name;
  private final Duration interval;
  private final Work work;

  RecordedJob(String name, Duration interval, Work work) {
    this.name = name;
    this.interval = interval;
    this.work = work;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public Duration run() {
    int number = begun.incrementAndGet();
    if (number > ended.get() + 1) {
      overlaps.incrementAndGet();
    }
    try {
      return work.run(number);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return interval;
    } finally {
      ended.incrementAndGet();
    }
  }
}
