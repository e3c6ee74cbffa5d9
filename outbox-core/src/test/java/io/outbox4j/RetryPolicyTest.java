package io.outbox4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private final RetryPolicy policy =
      new RetryPolicy(10, Duration.ofSeconds(1), Duration.ofSeconds(60), 3, 0.5);

  @Test
  void pausesGrowByTheFactorUpToTheLongest() {
    assertThat(policy.pauseAfter(1, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.pauseAfter(2, 0)).isEqualTo(Duration.ofSeconds(3));
    assertThat(policy.pauseAfter(3, 0)).isEqualTo(Duration.ofSeconds(9));
    assertThat(policy.pauseAfter(10, 0)).isEqualTo(Duration.ofSeconds(60));
    assertThat(policy.pauseAfter(1_000_000, 0)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void chanceTakesItsPart() {
    Duration all = policy.pauseAfter(2, 0);
    assertThat(policy.pauseAfter(2, 0.5)).isNotEqualTo(all);
    assertThat(policy.pauseAfter(2, 1)).isBetween(all.dividedBy(2), all);
  }
}
