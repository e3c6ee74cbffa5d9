package io.outbox4j.docs.snippet;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.RetryPolicy.Growth;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryingTest {

  @Test
  void paymentsAreTriedAgainPatiently() {
    RetryPolicies policies = new Retrying().retryPolicies();
    assertThat(policies.of("kafka", "payments.eu", "InvalidRecordException"))
        .extracting(RetryPolicy::growth, RetryPolicy::maxAge)
        .containsExactly(Growth.FIXED, Duration.ofHours(2));
    assertThat(policies.of("kafka", "payments.eu", "RecordTooLargeException")).isNull();
    assertThat(policies.of("kafka", "orders", null)).isNull();
  }
}
