package io.outbox4j.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outbox4j.ConfigurationException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

final class SeveralTransportsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final JdbcConnectionPool dataSource =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
  private final JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
  private final TransactionTemplate transactions = new TransactionTemplate(manager);
  private final Arrivals kafka = new Arrivals();
  private final Arrivals rabbit = new Arrivals();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Outbox4j.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void dispose() {
    logger.detachAppender(logged);
    dataSource.dispose();
  }

  @Test
  void oneTransactionSendsThroughBoth() {
    try (Outbox4j outbox4j = builder().route("audit*", "rabbitmq").route("*", "kafka").build()) {
      outbox4j.start();
      transactions.executeWithoutResult(
          tx -> {
            outbox4j.outbox().publish(OutboxMessage.to("orders").build());
            outbox4j.outbox().publish(OutboxMessage.to("audit/order").build());
            outbox4j.outbox().publish(OutboxMessage.to("orders").transport("rabbitmq").build());
          });
      assertThat(outbox4j.drain(LIMIT)).isTrue();
    }
    assertThat(kafka.topics).containsExactly("orders");
    assertThat(rabbit.topics).containsExactlyInAnyOrder("audit/order", "orders");
    assertThat(logged.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }

  @Test
  void theStartSaysThatThereIsNoRoute() {
    try (Outbox4j outbox4j = builder().build()) {
      outbox4j.start();
      assertThat(logged.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .contains("kafka", "rabbitmq", "no route");
    }
  }

  @Test
  void aPatternHasOneRoute() {
    assertThatThrownBy(() -> builder().route("orders", "kafka").route("orders", "rabbitmq"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'orders'", "'kafka'", "'rabbitmq'");
  }

  private Outbox4j.Builder builder() {
    return Outbox4j.builder(dataSource, manager)
        .transport("kafka", kafka)
        .transport("rabbitmq", rabbit);
  }

  /** Acknowledges everything. */
  private static final class Arrivals implements Transport {

    final List<String> topics = new CopyOnWriteArrayList<>();

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      batch.forEach(
          message -> {
            topics.add(message.topic());
            results.accept(message, SendResult.acknowledged(null));
          });
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(5);
    }
  }
}
