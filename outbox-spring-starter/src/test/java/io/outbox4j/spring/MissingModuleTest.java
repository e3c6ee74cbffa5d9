package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.spring.listener.Inboxes;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** What an idempotent listener needs, and what is said when it is not there. */
class MissingModuleTest {

  private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

  @Test
  void theBrokersModuleIsNamed() {
    Inboxes inboxes =
        Inboxes.of(beans.getBeanProvider(Inbox.class), "outbox-pigeon", "io.outbox4j.Pigeons");

    assertThatThrownBy(() -> inboxes.inbox(false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("idempotent", "io.outbox4j:outbox-pigeon", "@Idempotent");
  }

  @Test
  void theDataSourceIsNamed() {
    Inboxes inboxes =
        Inboxes.of(
            beans.getBeanProvider(Inbox.class), "outbox-kafka", "io.outbox4j.kafka.KafkaMessages");

    assertThatThrownBy(() -> inboxes.inbox(false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("idempotent", "spring.datasource");
  }
}
