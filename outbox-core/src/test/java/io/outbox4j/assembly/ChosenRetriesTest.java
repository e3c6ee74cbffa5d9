package io.outbox4j.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.TopicSettings;
import io.outbox4j.publish.TopicPatterns;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ChosenRetriesTest {

  private static final RetryPolicy OWN = RetryPolicy.fixed(Duration.ofSeconds(1));
  private static final RetryPolicy OF_ERROR = RetryPolicy.fixed(Duration.ofSeconds(2));
  private static final RetryPolicy OF_TOPIC = RetryPolicy.fixed(Duration.ofSeconds(3));
  private static final RetryPolicy OF_TRANSPORT = RetryPolicy.fixed(Duration.ofSeconds(4));

  @Test
  void theErrorComesBeforeTheTopicAndThatBeforeTheTransport() {
    RetryPolicies chosen = choosing((transport, topic, error) -> null);
    assertThat(chosen.of("main", "orders.eu", "E")).isEqualTo(OF_ERROR);
    assertThat(chosen.of("main", "orders.eu", "F")).isEqualTo(OF_TOPIC);
    assertThat(chosen.of("main", "orders.eu", null)).isEqualTo(OF_TOPIC);
    assertThat(chosen.of("main", "audit", "F")).isEqualTo(OF_TRANSPORT);
    assertThat(chosen.of("other", "orders.eu", null)).isEqualTo(OF_TOPIC);
    assertThat(chosen.of("other", "audit", null)).isNull();
  }

  @Test
  void aTopicThatSaysNothingOfRetriesLeavesThemToItsTransport() {
    RetryPolicies chosen = choosing((transport, topic, error) -> null);
    assertThat(chosen.of("main", "ordered", null)).isEqualTo(OF_TRANSPORT);
  }

  @Test
  void theApplicationComesFirst() {
    RetryPolicies chosen =
        choosing((transport, topic, error) -> topic.equals("orders.eu") ? OWN : null);
    assertThat(chosen.of("main", "orders.eu", "E")).isEqualTo(OWN);
    assertThat(chosen.of("main", "orders.us", "E")).isEqualTo(OF_ERROR);
  }

  @Test
  void whenTheApplicationFailsTheConfigurationCountsAndTheFirstIsLogged() {
    Logger logger = (Logger) LoggerFactory.getLogger(ChosenRetries.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
      RetryPolicies chosen =
          choosing(
              (transport, topic, error) -> {
                throw new LinkageError("secret");
              });
      assertThat(chosen.of("main", "orders.eu", "F")).isEqualTo(OF_TOPIC);
      assertThat(chosen.of("main", "audit", "F")).isEqualTo(OF_TRANSPORT);
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .contains("LinkageError")
        .doesNotContain("secret");
  }

  private static RetryPolicies choosing(RetryPolicies own) {
    TopicSettings settings = TopicSettings.ofDefaults();
    return new ChosenRetries(
        own,
        Map.of("E", OF_ERROR),
        new TopicPatterns<>(
            Map.of(
                "orders.*", settings.withRetry(OF_TOPIC), "ordered", settings.withOrdered(true))),
        Map.of("main", OF_TRANSPORT));
  }
}
