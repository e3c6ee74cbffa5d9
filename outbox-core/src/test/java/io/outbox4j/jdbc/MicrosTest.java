package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MicrosTest {

  @Test
  void isNeverRoundedUp() {
    assertThat(Micros.of(Duration.ofNanos(1_999))).isEqualTo(1);
    assertThat(Micros.of(Duration.ofNanos(-1))).isEqualTo(-1);
    assertThat(Micros.of(Duration.ofDays(1))).isEqualTo(86_400_000_000L);
  }

  @Test
  void staysInTheRangeOfTheDatabases() {
    long century = Micros.of(Duration.ofDays(36_500));

    assertThat(Micros.of(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(century);
    assertThat(Micros.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-century);
    assertThat(Micros.duration(century)).isEqualTo(Duration.ofDays(36_500));
    assertThat(Micros.duration(-1)).isEqualTo(Duration.ofNanos(-1_000));
  }
}
