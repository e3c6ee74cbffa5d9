package io.outbox4j.spring.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.outbox4j.ConfigurationException;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Idempotent listeners of a whole application, with a real broker. */
class RabbitListenersIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void aMessageDeliveredTwiceTakesEffectOnce() {
    try (Application app = RabbitApplication.of(Auto.class)) {
      RabbitApplication.send(app, "auto", "1", "one");
      RabbitApplication.send(app, "auto", "1", "one");
      RabbitApplication.send(app, "auto", "2", "two");

      awaitEffects(app, "one", "two");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "two");
      assertThat(
              app.count(
                  "SELECT count(*) FROM message_consume WHERE consumer_group = 'auto'"
                      + " AND source = 'elsewhere' AND status = 1"))
          .isEqualTo(2);
    }
  }

  @Test
  void soItDoesInADirectContainer() {
    try (Application app =
        RabbitApplication.of(Direct.class, "spring.rabbitmq.listener.type=direct")) {
      RabbitApplication.send(app, "direct", "1", "one");
      RabbitApplication.send(app, "direct", "1", "one");
      RabbitApplication.send(app, "direct", "2", "two");

      awaitEffects(app, "one", "two");
    }
  }

  @Test
  void aListenerWithoutTheAnnotationStaysAsItWas() {
    try (Application app = RabbitApplication.of(Plain.class)) {
      RabbitApplication.send(app, "plain", "1", "one");
      RabbitApplication.send(app, "plain", "1", "one");

      awaitEffects(app, "one", "one");
      assertThat(app.count("SELECT count(*) FROM message_consume")).isZero();
    }
  }

  @Test
  void aFailureRollsBackIsRecordedAndIsRequeued() {
    try (Application app = RabbitApplication.of(FailingOnce.class)) {
      RabbitApplication.send(app, "failing-once", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
      assertThat(
              app.database()
                  .queryForList(
                      "SELECT last_error FROM message_consume WHERE attempts = 1", String.class))
          .singleElement()
          .asString()
          .contains("IllegalStateException")
          .doesNotContain("secret");
    }
  }

  @Test
  void everyTryOfBootsRetryGoesThroughTheInbox() {
    try (Application app =
        RabbitApplication.of(
            FailingTwice.class,
            "spring.rabbitmq.listener.simple.retry.enabled=true",
            "spring.rabbitmq.listener.simple.retry.initial-interval=10ms")) {
      RabbitApplication.send(app, "failing-twice", "1", "one");
      RabbitApplication.send(app, "failing-twice", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).hasSize(3);
      assertThat(app.count("SELECT attempts FROM message_consume")).isEqualTo(2);
    }
  }

  @Test
  void whatTheListenerPublishesJoinsItsTransaction() {
    try (Application app = RabbitApplication.of(Relaying.class)) {
      RabbitApplication.send(app, "relaying", "1", "one");
      RabbitApplication.send(app, "relaying", "1", "one");

      awaitEffects(app, "got one");
      assertThat(app.count("SELECT count(*) FROM message_send")).isEqualTo(1);
    }
  }

  @Test
  void aManualAcknowledgementTakesEffectAfterTheCommitAndDuplicatesAreAcknowledged() {
    try (Application app = RabbitApplication.of(Manual.class)) {
      RabbitApplication.send(app, "manual", "1", "one");
      RabbitApplication.send(app, "manual", "1", "one");
      RabbitApplication.send(app, "manual", "2", "two");

      awaitEffects(app, "one", "two");
      app.bean(Manual.class).await();
    }
    try (Application reader = RabbitApplication.of(Queues.class)) {
      assertThat(RabbitApplication.waiting(reader, "manual"))
          .as("nothing was left without acknowledgement")
          .isZero();
    }
  }

  @Test
  void whatIsAcknowledgedByHandAndThenFailsIsNotLost() {
    try (Application app = RabbitApplication.of(ManualFailing.class)) {
      RabbitApplication.send(app, "manual-failing", "1", "one");
      await().atMost(LIMIT).until(() -> !app.bean(Effects.class).calls.isEmpty());
    }
    try (Application reader = RabbitApplication.of(Queues.class)) {
      await().atMost(LIMIT).until(() -> RabbitApplication.waiting(reader, "manual-failing") == 1);
    }
  }

  @Test
  void whatIsRefusedByHandIsRolledBackAndComesAgain() {
    try (Application app = RabbitApplication.of(ManualRefusing.class)) {
      RabbitApplication.send(app, "manual-refusing", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
      assertThat(app.count("SELECT attempts FROM message_consume"))
          .as("a refusal is no failure")
          .isZero();
    }
  }

  @Test
  void whatIsRefusedByHandBeforeAFailureComesAgain() {
    try (Application app =
        RabbitApplication.of(RefusingAndFailing.class, "queue=refused-again", "requeue=true")) {
      RabbitApplication.send(app, "refused-again", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
      assertThat(app.count("SELECT attempts FROM message_consume")).isEqualTo(1);
    }
  }

  @Test
  void soItDoesInATransactionAroundTheListener() {
    try (Application app =
        RabbitApplication.of(
            RefusingInATransaction.class, "queue=refused-joined", "requeue=true")) {
      RabbitApplication.send(app, "refused-joined", "1", "one");

      awaitEffects(app, "one");
      assertThat(app.bean(Effects.class).calls).containsExactly("one", "one");
    }
  }

  @Test
  void whatIsRejectedByHandBeforeAFailureIsDeadLettered() {
    try (Application app =
        RabbitApplication.of(RefusingAndFailing.class, "queue=rejected", "requeue=false")) {
      RabbitApplication.send(app, "rejected", "1", "one");

      await().atMost(LIMIT).until(() -> RabbitApplication.waiting(app, "rejected-dead") == 1);
      assertThat(app.bean(Effects.class).inDatabase()).isEmpty();
    }
  }

  @Test
  void aClassOfHandlersIsIdempotentAsAWhole() {
    try (Application app = RabbitApplication.of(Handlers.class)) {
      RabbitApplication.send(app, "handlers", "1", "one");
      RabbitApplication.send(app, "handlers", "1", "one");
      RabbitApplication.send(app, "handlers", "2", "two");

      awaitEffects(app, "one", "two");
    }
  }

  @Test
  void withoutAcknowledgementItIsRefused() {
    assertThatThrownBy(
            () ->
                RabbitApplication.of(
                    Auto.class, "spring.rabbitmq.listener.simple.acknowledge-mode=none"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("can't be idempotent", "acknowledge mode is NONE", "AUTO");
  }

  @Test
  void acknowledgingByHandOnATransactedChannelIsRefused() {
    assertThatThrownBy(() -> RabbitApplication.of(Transacted.class))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("can't be idempotent", "channel with transactions", "AUTO");
  }

  @Test
  void aListenerThatAnswersLaterIsRefused() {
    assertThatThrownBy(() -> RabbitApplication.of(Later.class))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("can't be idempotent", "answers later");
  }

  @Test
  void aListenerThatTakesBatchesIsRefused() {
    assertThatThrownBy(
            () ->
                RabbitApplication.of(
                    Batches.class,
                    "spring.rabbitmq.listener.simple.consumer-batch-enabled=true",
                    "spring.rabbitmq.listener.simple.batch-size=5"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("can't be idempotent", "takes batches");
  }

  private static void awaitEffects(Application app, String... effects) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(app.bean(Effects.class).inDatabase()).containsExactly(effects));
  }

  /** No listener. */
  static class Queues {}

  @Import(Effects.class)
  abstract static class Listener {
    final Effects effects;

    Listener(Effects effects) {
      this.effects = effects;
    }
  }

  static class Auto extends Listener {
    Auto(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("auto");
    }

    @Idempotent
    @RabbitListener(queues = "auto")
    void on(String text) {
      assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
      effects.happen(text);
    }
  }

  static class Direct extends Listener {
    Direct(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("direct");
    }

    @Idempotent
    @RabbitListener(queues = "direct")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class Plain extends Listener {
    Plain(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("plain");
    }

    @RabbitListener(queues = "plain")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class FailingOnce extends Listener {
    private final AtomicInteger tries = new AtomicInteger();

    FailingOnce(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("failing-once");
    }

    @Idempotent
    @RabbitListener(queues = "failing-once")
    void on(String text) {
      effects.happen(text);
      if (tries.incrementAndGet() == 1) {
        throw new IllegalStateException("secret");
      }
    }
  }

  static class FailingTwice extends Listener {
    private final AtomicInteger tries = new AtomicInteger();

    FailingTwice(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("failing-twice");
    }

    @Idempotent
    @RabbitListener(queues = "failing-twice")
    void on(String text) {
      effects.happen(text);
      if (tries.incrementAndGet() <= 2) {
        throw new IllegalStateException("secret");
      }
    }
  }

  static class Relaying extends Listener {
    private final Outbox outbox;

    Relaying(Effects effects, Outbox outbox) {
      super(effects);
      this.outbox = outbox;
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("relaying");
    }

    @Bean
    static Queue next() {
      return RabbitApplication.queue("relayed");
    }

    @Idempotent
    @RabbitListener(queues = "relaying")
    void on(String text) {
      outbox.publish(OutboxMessage.to("/relayed").payload(text).build());
    }

    @Idempotent
    @RabbitListener(queues = "relayed")
    void onNext(String text) {
      effects.happen("got " + text);
    }
  }

  static class Manual extends Listener {
    private final AtomicInteger acknowledged = new AtomicInteger();

    Manual(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("manual");
    }

    @Idempotent
    @RabbitListener(queues = "manual", ackMode = "MANUAL")
    void on(String text, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag)
        throws IOException {
      channel.basicAck(tag, false);
      effects.happen(text);
      acknowledged.incrementAndGet();
    }

    void await() {
      org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> acknowledged.get() == 2);
    }
  }

  static class ManualFailing extends Listener {
    ManualFailing(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("manual-failing");
    }

    @Idempotent
    @RabbitListener(queues = "manual-failing", ackMode = "MANUAL")
    void on(String text, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag)
        throws IOException {
      channel.basicAck(tag, false);
      effects.happen(text);
      throw new IllegalStateException("after its acknowledgement");
    }
  }

  static class ManualRefusing extends Listener {
    private final AtomicInteger tries = new AtomicInteger();

    ManualRefusing(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("manual-refusing");
    }

    @Idempotent
    @RabbitListener(queues = "manual-refusing", ackMode = "MANUAL")
    void on(String text, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag)
        throws IOException {
      effects.happen(text);
      if (tries.incrementAndGet() == 1) {
        channel.basicNack(tag, false, true);
      } else {
        channel.basicAck(tag, false);
      }
    }
  }

  /** The first time it fails after its acknowledgement, which it takes back before it rethrows. */
  static class RefusingAndFailing extends Listener {
    private final AtomicInteger tries = new AtomicInteger();
    private final boolean requeue;

    RefusingAndFailing(Effects effects, @Value("${requeue}") boolean requeue) {
      super(effects);
      this.requeue = requeue;
    }

    @Bean
    static Queue queue(@Value("${queue}") String name) {
      return QueueBuilder.durable(name)
          .deadLetterExchange("")
          .deadLetterRoutingKey(name + "-dead")
          .build();
    }

    @Bean
    static Queue dead(@Value("${queue}") String name) {
      return RabbitApplication.queue(name + "-dead");
    }

    @Idempotent
    @RabbitListener(queues = "${queue}", ackMode = "MANUAL")
    void on(String text, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag)
        throws IOException {
      try {
        effects.happen(text);
        channel.basicAck(tag, false);
        if (tries.incrementAndGet() == 1) {
          throw new IllegalStateException("after its acknowledgement");
        }
      } catch (IllegalStateException failure) {
        channel.basicNack(tag, false, requeue);
        throw failure;
      }
    }
  }

  @Import(RabbitApplication.Transactions.class)
  static class RefusingInATransaction extends RefusingAndFailing {
    RefusingInATransaction(Effects effects, @Value("${requeue}") boolean requeue) {
      super(effects, requeue);
    }
  }

  @Idempotent
  @RabbitListener(queues = "handlers")
  static class Handlers extends Listener {
    Handlers(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("handlers");
    }

    @RabbitHandler
    void on(String text) {
      effects.happen(text);
    }

    @RabbitHandler(isDefault = true)
    void onOther(Object other) {
      effects.happen("other " + other);
    }
  }

  static class Later extends Listener {
    Later(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("later");
    }

    @Idempotent
    @RabbitListener(queues = "later")
    CompletableFuture<String> on(String text) {
      return CompletableFuture.completedFuture(text);
    }
  }

  static class Transacted extends Listener {
    Transacted(Effects effects) {
      super(effects);
    }

    @Bean
    static ContainerCustomizer<SimpleMessageListenerContainer> withTransactions() {
      return container -> container.setChannelTransacted(true);
    }

    @Idempotent
    @RabbitListener(queues = "transacted", ackMode = "MANUAL")
    void on(String text) {
      effects.happen(text);
    }
  }

  static class Batches extends Listener {
    Batches(Effects effects) {
      super(effects);
    }

    @Bean
    static Queue queue() {
      return RabbitApplication.queue("batches");
    }

    @Idempotent
    @RabbitListener(queues = "batches", batch = "true")
    void on(List<String> texts) {
      texts.forEach(effects::happen);
    }
  }
}
