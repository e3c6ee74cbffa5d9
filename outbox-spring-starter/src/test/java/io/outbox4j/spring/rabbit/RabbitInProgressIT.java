package io.outbox4j.spring.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.config.RetryInterceptorBuilder;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.retry.RejectAndDontRequeueRecoverer;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.transaction.TransactionManager;

/** A message that is being handled elsewhere comes again, whatever would have given it up. */
class RabbitInProgressIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  @Test
  void itIsRequeuedPastBootsRetry() {
    try (Application app =
        RabbitApplication.of(
            Retried.class,
            "spring.rabbitmq.listener.simple.retry.enabled=true",
            "spring.rabbitmq.listener.simple.retry.initial-interval=10ms")) {
      assertThatItComesAgain(app, "held-retried");
    }
  }

  @Test
  void itIsRequeuedWhereFailuresAreNot() {
    try (Application app =
        RabbitApplication.of(
            NotRequeued.class, "spring.rabbitmq.listener.simple.default-requeue-rejected=false")) {
      assertThatItComesAgain(app, "held-not-requeued");
    }
  }

  @Test
  void itIsRequeuedInADirectContainer() {
    try (Application app =
        RabbitApplication.of(InDirect.class, "spring.rabbitmq.listener.type=direct")) {
      assertThatItComesAgain(app, "held-direct");
    }
  }

  @Test
  void itIsRequeuedWithManualAcknowledgement() {
    try (Application app = RabbitApplication.of(ByHand.class, "queue=held-by-hand")) {
      assertThatItComesAgain(app, "held-by-hand");
    }
  }

  @Test
  void itIsRequeuedWhereATransactionIsAroundTheListener() {
    try (Application app =
        RabbitApplication.of(
            InATransaction.class,
            "queue=held-in-transaction",
            "spring.rabbitmq.listener.simple.default-requeue-rejected=false")) {
      assertThatItComesAgain(app, "held-in-transaction");
    }
  }

  @Test
  void soItIsWithManualAcknowledgement() {
    try (Application app =
        RabbitApplication.of(
            ByHandInATransaction.class,
            "queue=held-by-hand-in-transaction",
            "spring.rabbitmq.listener.type=direct")) {
      assertThatItComesAgain(app, "held-by-hand-in-transaction");
    }
  }

  @Test
  void itIsNotRequeuedOnceALaterTryHasHandledIt() {
    try (Application app =
        RabbitApplication.of(
            InRetriedTransactions.class,
            "queue=held-in-transactions",
            "spring.rabbitmq.listener.simple.prefetch=1")) {
      assertThatItComesAgain(app, "held-in-transactions");

      RabbitApplication.send(app, "held-in-transactions", "next", "next");
      Effects effects = app.bean(Effects.class);
      await().atMost(LIMIT).until(() -> effects.inDatabase().contains("next"));
      assertThat(app.bean(HoldingInbox.class).admitted)
          .as("no duplicate came in between")
          .hasValue(2);
    }
  }

  private static void assertThatItComesAgain(Application app, String queue) {
    RabbitApplication.send(app, queue, "held", "held");

    Effects effects = app.bean(Effects.class);
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(effects.inDatabase()).containsExactly("held"));
    assertThat(effects.calls).containsExactly("held");
    assertThat(app.bean(HoldingInbox.class).refused).hasValue(HoldingInbox.TIMES);
    assertThat(app.count("SELECT count(*) FROM message_consume WHERE status <> 1")).isZero();
  }

  /** Says of one message that it is being handled elsewhere, more often than a retry tries. */
  static final class HoldingInbox implements Inbox {
    static final int TIMES = 5;
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger admitted = new AtomicInteger();
    private final Inbox engine;

    HoldingInbox(Inbox engine) {
      this.engine = engine;
    }

    @Override
    public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
        throws E {
      if (refused.get() < TIMES) {
        refused.incrementAndGet();
        return engine.process(
            message,
            handled -> {
              throw new InProgressElsewhereException(handled);
            });
      }
      admitted.incrementAndGet();
      return engine.process(message, handler);
    }
  }

  @Import(Effects.class)
  abstract static class Listener {
    final Effects effects;

    Listener(Effects effects) {
      this.effects = effects;
    }

    @Bean
    static HoldingInbox holdingInbox(Outbox4j outbox) {
      return new HoldingInbox(outbox.inbox());
    }
  }

  static class Retried extends Listener {
    Retried(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("held-retried");
    }

    @Idempotent
    @RabbitListener(queues = "held-retried")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class NotRequeued extends Listener {
    NotRequeued(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("held-not-requeued");
    }

    @Idempotent
    @RabbitListener(queues = "held-not-requeued")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class InDirect extends Listener {
    InDirect(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("held-direct");
    }

    @Idempotent
    @RabbitListener(queues = "held-direct")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class ByHand extends Listener {
    ByHand(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue(@Value("${queue}") String name) {
      return RabbitApplication.queue(name);
    }

    @Idempotent
    @RabbitListener(queues = "${queue}", ackMode = "MANUAL")
    void on(String text, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag)
        throws IOException {
      effects.happen(text);
      channel.basicAck(tag, false);
    }
  }

  static class ByHandInATransaction extends ByHand {
    ByHandInATransaction(Effects effects) {
      super(effects);
    }

    @Bean
    static ContainerCustomizer<DirectMessageListenerContainer> transaction(
        TransactionManager manager) {
      return container -> container.setAdviceChain(RabbitApplication.Transactions.advice(manager));
    }
  }

  abstract static class Auto extends Listener {
    Auto(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue(@Value("${queue}") String name) {
      return RabbitApplication.queue(name);
    }

    @Idempotent
    @RabbitListener(queues = "${queue}")
    void on(String text) {
      effects.happen(text);
    }
  }

  @Import(RabbitApplication.Transactions.class)
  static class InATransaction extends Auto {
    InATransaction(Effects effects) {
      super(effects);
    }
  }

  static class InRetriedTransactions extends Auto {
    InRetriedTransactions(Effects effects) {
      super(effects);
    }

    @Bean
    static ContainerCustomizer<SimpleMessageListenerContainer> retriedTransactions(
        TransactionManager manager) {
      return container ->
          container.setAdviceChain(
              RetryInterceptorBuilder.stateless()
                  .maxRetries(2)
                  .backOffOptions(10, 1, 10)
                  .recoverer(new RejectAndDontRequeueRecoverer())
                  .build(),
              RabbitApplication.Transactions.advice(manager));
    }
  }
}
