package io.outbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.RetryPolicy.Growth;
import java.time.Duration;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Duration YOUNG = Duration.ofSeconds(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RetryPolicy policy =
      new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofSeconds(60), 3, 0.5);

  @Test
  void pausesGrowByTheFactorUpToTheLongest() {
    assertThat(policy.growth()).isEqualTo(Growth.EXPONENTIAL);
    assertThat(secondsAfter(policy, 1, 2, 3, 10, 1_000_000)).containsExactly(1L, 3L, 9L, 60L, 60L);
  }

  @Test
  void pausesGrowByTheFirstUpToTheLongest() {
    RetryPolicy linear = RetryPolicy.linear(Duration.ofSeconds(2), Duration.ofSeconds(7));
    assertThat(secondsAfter(linear, 1, 2, 3, 4, 1_000_000_000)).containsExactly(2L, 4L, 6L, 7L, 7L);
  }

  @Test
  void pausesAreAllTheSame() {
    RetryPolicy fixed = RetryPolicy.fixed(Duration.ofSeconds(7));
    assertThat(secondsAfter(fixed, 1, 2, 1_000_000_000)).containsOnly(7L);
  }

  @Test
  void aFixedPauseMayBeLongerThanTheLongestOfOthers() {
    RetryPolicy fixed =
        new RetryPolicy(
            10, null, Growth.FIXED, Duration.ofMinutes(10), Duration.ofMinutes(5), 2, 0, Set.of());
    assertThat(fixed.pauseAfter(3, 0)).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void theLongestPauseIsCounted() {
    Duration year = Duration.ofDays(365);
    assertThat(RetryPolicy.fixed(year).pauseAfter(Integer.MAX_VALUE, 0)).isEqualTo(year);
    assertThat(RetryPolicy.linear(year, year).pauseAfter(Integer.MAX_VALUE, 0)).isEqualTo(year);
    assertThat(RetryPolicy.exponential(Duration.ZERO, year).pauseAfter(Integer.MAX_VALUE, 0))
        .isZero();
  }

  @Test
  void chanceTakesItsPart() {
    Duration all = policy.pauseAfter(2, 0);
    assertThat(policy.pauseAfter(2, 0.5)).isNotEqualTo(all);
    assertThat(policy.pauseAfter(2, 1)).isBetween(all.dividedBy(2), all);
    RetryPolicy fixed = RetryPolicy.fixed(Duration.ofSeconds(10)).withJitter(1);
    assertThat(fixed.pauseAfter(1, 0.5)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theNumberOfRejectionsIsLimited() {
    RetryPolicy three = RetryPolicy.ofDefaults().withMaxAttempts(3);
    assertThat(three.isFinal(2, Duration.ofDays(9), "Any")).isFalse();
    assertThat(three.isFinal(3, YOUNG, null)).isTrue();
    assertThat(RetryPolicy.never().isFinal(1, YOUNG, null)).isTrue();
  }

  @Test
  void theAgeIsLimitedFromTheSecondRejectionOn() {
    RetryPolicy hour = RetryPolicy.ofDefaults().withMaxAge(Duration.ofHours(1));
    assertThat(hour.isFinal(2, Duration.ofMinutes(59), null)).isFalse();
    assertThat(hour.isFinal(2, Duration.ofHours(1), null)).isTrue();
    assertThat(hour.isFinal(1, Duration.ofDays(1), null)).isFalse();
    assertThat(hour.isFinal(2, Duration.ofMinutes(-5), null)).as("clocks differ").isFalse();
  }

  @Test
  void someErrorsAreFinal() {
    RetryPolicy picky = RetryPolicy.ofDefaults().withFinalErrors("TooLarge", "Illegal");
    assertThat(picky.isFinal(1, YOUNG, "TooLarge")).isTrue();
    assertThat(picky.isFinal(1, YOUNG, "Illegal")).isTrue();
    assertThat(picky.isFinal(1, YOUNG, "Other")).isFalse();
    assertThat(picky.isFinal(1, YOUNG, null)).isFalse();
    assertThat(picky.withFinalErrors().isFinal(1, YOUNG, "TooLarge")).isFalse();
  }

  @Test
  void oneValueIsChanged() {
    RetryPolicy changed =
        RetryPolicy.linear(SECOND, SECOND)
            .withMaxAttempts(4)
            .withMaxAge(SECOND)
            .withFactor(3)
            .withJitter(0.5)
            .withFinalErrors("E");
    assertThat(changed)
        .isEqualTo(new RetryPolicy(4, SECOND, Growth.LINEAR, SECOND, SECOND, 3, 0.5, Set.of("E")));
  }

  @Test
  void whatCantBeIsNamed() {
    RetryPolicy usual = RetryPolicy.ofDefaults();
    refused(() -> usual.withMaxAttempts(0), "maxAttempts", "0");
    refused(() -> usual.withMaxAge(Duration.ZERO), "maxAge", "PT0S");
    refused(() -> RetryPolicy.fixed(Duration.ofMillis(-1)), "firstPause", "PT-0.001S");
    refused(() -> RetryPolicy.fixed(Duration.ofDays(366)), "firstPause", "365 days");
    refused(() -> RetryPolicy.linear(SECOND, Duration.ofMillis(1)), "maxPause", "firstPause");
    refused(() -> RetryPolicy.exponential(SECOND, Duration.ofDays(366)), "maxPause", "365 days");
    refused(() -> usual.withFactor(0.9), "factor", "0.9");
    refused(() -> usual.withFactor(Double.NaN), "factor", "NaN");
    refused(() -> usual.withJitter(1.1), "jitter", "1.1");
    refused(() -> usual.withFinalErrors("A", " "), "finalErrors", "blank");
  }

  private static void refused(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  private static Stream<Long> secondsAfter(RetryPolicy policy, long... attempts) {
    return LongStream.of(attempts)
        .mapToObj(number -> policy.pauseAfter((int) number, 0).toSeconds());
  }
}
