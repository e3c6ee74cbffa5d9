package io.outbox4j.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.Backlog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class BacklogReadingTest {

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void theDatabaseIsAskedEveryFewSecondsAtMost() {
    BacklogReading reading =
        new BacklogReading(
            () -> new Backlog(asked.incrementAndGet(), Duration.ZERO, 0), clock::get);

    assertThat(reading.get().unsent()).isEqualTo(1);
    clock.addAndGet(BacklogReading.MAX_AGE.toNanos() - 1);
    assertThat(reading.get().unsent()).isEqualTo(1);
    clock.addAndGet(1);
    assertThat(reading.get().unsent()).isEqualTo(2);
  }

  @Test
  void aDatabaseThatIsAwayIsNotAskedMoreOften() {
    BacklogReading reading =
        new BacklogReading(
            () -> {
              asked.incrementAndGet();
              throw new DataAccessResourceFailureException("away");
            },
            clock::get);

    assertThat(reading.get()).isNull();
    assertThat(reading.get()).isNull();

    assertThat(asked).hasValue(1);
  }
}
