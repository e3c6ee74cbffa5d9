package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.job.LocalScheduler;
import io.outbox4j.spi.Job;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LocalSchedulerTest extends JobSchedulerContract {

  private static final Duration HOUR = Duration.ofHours(1);

  @Override
  protected JobScheduler newScheduler(OutboxMetrics metrics) {
    return new LocalScheduler(metrics);
  }

  @Test
  void threadsAreDaemonsNamedAfterTheirJobs() {
    LocalScheduler scheduler = new LocalScheduler(OutboxMetrics.NONE);
    AtomicReference<Thread> seen = new AtomicReference<>();
    Job job =
        new RecordedJob(
            "purge",
            HOUR,
            number -> {
              seen.set(Thread.currentThread());
              return HOUR;
            });

    scheduler.start(List.of(job));
    await().until(() -> seen.get() != null);

    assertThat(seen.get().getName()).isEqualTo("outbox-job-purge");
    assertThat(seen.get().isDaemon()).isTrue();
    scheduler.stop(Duration.ofSeconds(5));
    assertThat(seen.get().isAlive()).isFalse();
  }

  @Test
  void secondStartAndEqualNamesAreRefused() {
    LocalScheduler scheduler = new LocalScheduler(OutboxMetrics.NONE);
    Job job = new RecordedJob("twice", HOUR, number -> HOUR);

    assertThatThrownBy(() -> scheduler.start(List.of(job, job)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    scheduler.start(List.of(job));
    assertThatThrownBy(() -> scheduler.start(List.of(job)))
        .isInstanceOf(IllegalStateException.class);
    scheduler.stop(Duration.ofSeconds(5));
  }

  @Test
  void jobMayStopTheScheduler() {
    LocalScheduler scheduler = new LocalScheduler(OutboxMetrics.NONE);
    AtomicReference<Duration> took = new AtomicReference<>();
    Job job =
        new RecordedJob(
            "stopping",
            HOUR,
            number -> {
              long begin = System.nanoTime();
              scheduler.stop(Duration.ofMinutes(1));
              took.set(Duration.ofNanos(System.nanoTime() - begin));
              return HOUR;
            });

    scheduler.start(List.of(job));

    await().until(() -> took.get() != null);
    assertThat(took.get()).isLessThan(Duration.ofSeconds(30));
  }
}
