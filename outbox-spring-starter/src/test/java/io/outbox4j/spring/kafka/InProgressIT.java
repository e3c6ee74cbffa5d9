package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/**
 * A message that is being handled elsewhere comes again, whatever handler the user has, each of
 * which would have given up after the second try; and it comes in its order.
 */
class InProgressIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  @Test
  void aSeekingHandlerDoesNotSkipIt() {
    try (Application app = Application.of(Seeking.class)) {
      assertThatItComesInOrder(app, "seeking");
      assertThat(app.bean(Seeking.class).recovered).isEmpty();
    }
  }

  @Test
  void aHandlerThatDoesNotSeekDoesNotSkipIt() {
    try (Application app = Application.of(NotSeeking.class)) {
      assertThatItComesInOrder(app, "not-seeking");
      assertThat(app.bean(NotSeeking.class).recovered).isEmpty();
    }
  }

  @Test
  void inATransactionOfKafkaItIsNotSkipped() {
    try (Application app =
        Application.of(
            InTransactionOfKafka.class,
            "spring.kafka.producer.transaction-id-prefix=in-progress-")) {
      assertThatItComesInOrder(app, "kafka-transaction");
    }
  }

  @Test
  void itDoesNotGoToARetryTopic() {
    try (Application app = Application.of(WithRetryTopic.class)) {
      assertThatItComesInOrder(app, "retry-topic");
      assertThat(app.bean(WithRetryTopic.class).dead).isEmpty();
      assertThat(
              app.database()
                  .queryForList("SELECT DISTINCT topic FROM message_consume", String.class))
          .containsExactly("retry-topic");
    }
  }

  private static void assertThatItComesInOrder(Application app, String topic) {
    app.send(topic, "held", "held");
    app.send(topic, "next", "next");

    Effects effects = app.bean(Effects.class);
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(effects.inDatabase()).containsExactly("held", "next"));
    assertThat(effects.calls).containsExactly("held", "next");
    assertThat(app.bean(HoldingInbox.class).refused).hasValue(HoldingInbox.TIMES);
    assertThat(app.count("SELECT count(*) FROM message_consume WHERE status <> 1")).isZero();
  }

  /** Says of one message that it is being handled elsewhere, more often than handlers try. */
  static final class HoldingInbox implements Inbox {
    static final int TIMES = 4;
    final AtomicInteger refused = new AtomicInteger();
    private final Inbox engine;

    HoldingInbox(Inbox engine) {
      this.engine = engine;
    }

    @Override
    public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
        throws E {
      if (message.messageId().equals("held") && refused.get() < TIMES) {
        refused.incrementAndGet();
        throw new InProgressElsewhereException(message);
      }
      return engine.process(message, handler);
    }
  }

  abstract static class Held extends Listeners.Listener {
    final List<Object> recovered = new CopyOnWriteArrayList<>();

    Held(Effects effects) {
      super(effects);
    }

    @Bean
    static HoldingInbox holdingInbox(Outbox4j outbox) {
      return new HoldingInbox(outbox.inbox());
    }

    CommonErrorHandler skippingAfterTwoTries(boolean seeks) {
      DefaultErrorHandler handler =
          new DefaultErrorHandler(
              (record, failure) -> recovered.add(record.value()), new FixedBackOff(0, 1));
      handler.setSeekAfterError(seeks);
      return handler;
    }
  }

  static class Seeking extends Held {
    Seeking(Effects effects) {
      super(effects);
    }

    @Bean
    CommonErrorHandler handler() {
      return skippingAfterTwoTries(true);
    }

    @Idempotent
    @KafkaListener(id = "seeking", topics = "seeking")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class NotSeeking extends Held {
    NotSeeking(Effects effects) {
      super(effects);
    }

    @Bean
    CommonErrorHandler handler() {
      return skippingAfterTwoTries(false);
    }

    @Idempotent
    @KafkaListener(id = "not-seeking", topics = "not-seeking")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class InTransactionOfKafka extends Held {
    InTransactionOfKafka(Effects effects) {
      super(effects);
    }

    @Bean
    static JdbcTransactionManager transactionManager(DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }

    @Bean
    static org.springframework.kafka.listener.AfterRollbackProcessor<Object, Object> skips() {
      return new org.springframework.kafka.listener.DefaultAfterRollbackProcessor<>(
          new FixedBackOff(0, 1));
    }

    @Idempotent
    @KafkaListener(id = "kafka-transaction", topics = "kafka-transaction")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class WithRetryTopic extends Held {
    final List<String> dead = new CopyOnWriteArrayList<>();

    WithRetryTopic(Effects effects) {
      super(effects);
    }

    @Idempotent
    @RetryableTopic(attempts = "2", backOff = @BackOff(delay = 10))
    @KafkaListener(id = "retry-topic", topics = "retry-topic")
    void on(String value) {
      effects.happen(value);
    }

    @DltHandler
    void onDead(String value) {
      dead.add(value);
    }
  }
}
