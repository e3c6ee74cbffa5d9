package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.Job;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link JobScheduler} must do. Extend it, say how a scheduler is made, and run it.
 *
 * <p>A scheduler is made anew for each test and stopped after it.
 */
public abstract class JobSchedulerContract {

  private static final Duration FAR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private JobScheduler scheduler;

  /**
   * Makes a scheduler that has not been started.
   *
   * @param metrics where it counts the runs that failed
   */
  protected abstract JobScheduler newScheduler(OutboxMetrics metrics);

  /** The shortest interval at which the scheduler can run a job. Default: 20 ms. */
  protected Duration tick() {
    return Duration.ofMillis(20);
  }

  @BeforeEach
  final void makeScheduler() {
    scheduler =
        newScheduler(
            new OutboxMetrics() {
              @Override
              public void jobFailed(String job) {
                failures.add(job);
              }
            });
  }

  @AfterEach
  final void stopScheduler() {
    mayEnd.countDown();
    scheduler.stop(LONG);
  }

  @Test
  final void everyJobRunsAtItsInterval() {
    long begin = System.nanoTime();
    RecordedJob one = new RecordedJob("one", tick(), number -> FAR);
    RecordedJob two = new RecordedJob("two", tick(), number -> FAR);

    scheduler.start(List.of(one, two));

    await().until(() -> one.begun.get() >= 4 && two.begun.get() >= 4);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(tick().multipliedBy(2));
  }

  @Test
  final void jobThatAsksForAShorterPauseGetsIt() {
    RecordedJob job = new RecordedJob("short", FAR, number -> tick());

    scheduler.start(List.of(job));

    await().until(() -> job.begun.get() >= 3);
  }

  @Test
  final void jobThatAsksForTheIntervalWaitsForIt() {
    RecordedJob slow = new RecordedJob("slow", FAR, number -> FAR);
    RecordedJob quick = new RecordedJob("quick", tick(), number -> FAR);

    scheduler.start(List.of(slow, quick));

    await().until(() -> quick.begun.get() >= 5);
    assertThat(slow.begun.get()).isLessThanOrEqualTo(1);
  }

  @Test
  final void runsOfOneJobDoNotOverlapAndKeepNoOtherWaiting() {
    RecordedJob slow =
        new RecordedJob(
            "slow",
            tick(),
            number -> {
              mayEnd.await();
              return Duration.ZERO;
            });
    RecordedJob other = new RecordedJob("other", tick(), number -> FAR);

    scheduler.start(List.of(slow, other));

    await().until(() -> slow.begun.get() == 1 && other.begun.get() >= 5);
    mayEnd.countDown();
    await().until(() -> slow.begun.get() >= 3);
    assertThat(slow.overlaps).hasValue(0);
  }

  @Test
  final void failureIsCountedAndTheJobGoesOn() {
    RecordedJob job =
        new RecordedJob(
            "failing",
            tick(),
            number -> {
              if (number == 1) {
                throw new IllegalStateException();
              }
              if (number == 2) {
                throw new StackOverflowError();
              }
              return FAR;
            });

    scheduler.start(List.of(job));

    await().until(() -> job.begun.get() >= 4);
    assertThat(failures).containsExactly("failing", "failing");
  }

  @Test
  final void interruptThatARunLeavesBehindDoesNotReachTheNext() {
    RecordedJob job =
        new RecordedJob(
            "interrupted",
            tick(),
            number -> {
              if (Thread.interrupted()) {
                throw new AssertionError("interrupted by the run before");
              }
              Thread.currentThread().interrupt();
              return FAR;
            });

    scheduler.start(List.of(job));

    await().until(() -> job.begun.get() >= 3);
    assertThat(failures).isEmpty();
  }

  @Test
  final void interruptThatARunLeavesBehindDoesNotCutThePause() {
    RecordedJob job =
        new RecordedJob(
            "interrupted",
            FAR,
            number -> {
              Thread.currentThread().interrupt();
              return FAR;
            });
    RecordedJob quick = new RecordedJob("quick", tick(), number -> FAR);

    scheduler.start(List.of(job, quick));

    await().until(() -> quick.begun.get() >= 5);
    assertThat(job.begun.get()).isLessThanOrEqualTo(1);
  }

  @Test
  final void stopInterruptsTheRunAndWaitsForItsEnd() {
    RecordedJob job = waiting();

    scheduler.stop(LONG);

    assertThat(job.ended).hasValue(1);
    assertThat(failures).isEmpty();
  }

  @Test
  final void stopWaitsNoLongerThanItsLimit() {
    RecordedJob deaf = deaf();
    long begin = System.nanoTime();

    scheduler.stop(Duration.ofMillis(50));

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(50), Duration.ofSeconds(10));
    assertThat(deaf.ended).hasValue(0);
    mayEnd.countDown();
    await().until(() -> deaf.ended.get() == 1);
  }

  @Test
  final void nothingRunsAfterStop() {
    RecordedJob job = new RecordedJob("stopped", tick(), number -> Duration.ZERO);
    scheduler.start(List.of(job));
    await().until(() -> job.begun.get() >= 2);

    scheduler.stop(LONG);

    int runs = job.begun.get();
    await()
        .pollDelay(tick().multipliedBy(3))
        .untilAsserted(() -> assertThat(job.begun).hasValue(runs));
    assertThat(job.ended).hasValue(runs);
  }

  @Test
  final void stopWithoutStartDoesNothing() {
    scheduler.stop(LONG);
    scheduler.stop(LONG);
  }

  @Test
  final void startAfterStopRunsTheJobsAgain() {
    RecordedJob first = new RecordedJob("job", tick(), number -> FAR);
    scheduler.start(List.of(first));
    await().until(() -> first.begun.get() >= 1);
    scheduler.stop(LONG);
    RecordedJob second = new RecordedJob("job", tick(), number -> FAR);

    scheduler.start(List.of(second));

    await().until(() -> second.begun.get() >= 2);
  }

  @Test
  final void runThatOutlastedStopDoesNotOverlapWithTheNextStart() {
    RecordedJob deaf = deaf();
    scheduler.stop(Duration.ofMillis(1));
    RecordedJob other = new RecordedJob("other", tick(), number -> FAR);

    scheduler.start(List.of(deaf, other));

    await().until(() -> other.begun.get() >= 3);
    assertThat(deaf.begun).hasValue(1);
    mayEnd.countDown();
    await().until(() -> deaf.begun.get() >= 2);
    assertThat(deaf.overlaps).hasValue(0);
  }

  /** A started job whose run ends by an interrupt only. */
  private RecordedJob waiting() {
    return started(
        new RecordedJob(
            "waiting",
            tick(),
            number -> {
              mayEnd.await();
              return FAR;
            }));
  }

  /** A started job that does not hear interrupts. */
  private RecordedJob deaf() {
    return started(
        new RecordedJob(
            "deaf",
            tick(),
            number -> {
              while (mayEnd.getCount() > 0) {
                Thread.onSpinWait();
              }
              return FAR;
            }));
  }

  private RecordedJob started(RecordedJob job) {
    scheduler.start(List.<Job>of(job));
    await().until(() -> job.begun.get() == 1);
    return job;
  }
}
