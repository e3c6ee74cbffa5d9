package io.outbox4j.spring.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ConfigurationException;
import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spring.Application;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.spring.annotation.ConsumeMode;
import org.apache.rocketmq.spring.annotation.MessageModel;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQPushConsumerLifecycleListener;
import org.apache.rocketmq.spring.core.RocketMQReplyListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Idempotent listeners of an application, with a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RocketMqListenersIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RocketMqServer server = SharedServers.rocketMq();
  private final DefaultMQProducer producer = new DefaultMQProducer("listeners-it");

  /** One for most tests: a consumer takes some seconds to find its queues. */
  private Application app;

  @BeforeAll
  void makeTopicsAndStart() throws MQClientException {
    producer.setNamesrvAddr(server.nameServers());
    producer.start();
    for (String topic :
        List.of("published", "twice", "failing-once", "in-order", "foreign", "held-topic")) {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(
              () -> {
                producer.createTopic(RocketMqServer.CLUSTER, topic, 2, Map.of());
                return !producer.fetchPublishMessageQueues(topic).isEmpty();
              });
    }
    app = start(All.class);
  }

  @AfterAll
  void stop() {
    app.close();
    producer.shutdown();
  }

  @Test
  void whatIsPublishedArrivesAndTakesEffect() {
    app.inTransaction(
        outbox ->
            outbox.publish(
                OutboxMessage.to("published:new").key("k").payload("published").build()));

    awaitEffects(app, "published", "published");
    assertThat(app.outbox4j().status()).containsOnlyKeys("rocketmq");
    assertThat(app.outbox4j().drain(LIMIT)).isTrue();
  }

  @Test
  void aMessageDeliveredTwiceTakesEffectOnce() throws Exception {
    send("twice", "1", "twice one");
    send("twice", "1", "twice one");
    awaitEffects(app, "twice", "twice one");
    send("twice", "2", "twice two");

    awaitEffects(app, "twice", "twice one", "twice two");
    assertThat(calls("twice")).containsExactly("twice one", "twice two");
    assertThat(
            app.count(
                "SELECT count(*) FROM message_consume WHERE consumer_group = 'twice'"
                    + " AND source = 'elsewhere' AND status = 1"))
        .isEqualTo(2);
  }

  @Test
  void aFailureRollsBackIsRecordedWithItsErrorAndComesAgain() throws Exception {
    send("failing-once", "1", "failing");

    awaitEffects(app, "failing", "failing");
    assertThat(calls("failing")).hasSize(2);
    assertThat(
            app.database()
                .queryForList(
                    "SELECT last_error FROM message_consume WHERE consumer_group = 'failing-once'"
                        + " AND attempts = 1",
                    String.class))
        .singleElement()
        .asString()
        .contains("IllegalStateException")
        .doesNotContain("secret");
  }

  @Test
  void anOrderlyListenerRepeatsWhatFailedBeforeTheNext() {
    app.inTransaction(
        outbox -> {
          for (String text : List.of("order 1", "order 2", "order 3")) {
            outbox.publish(OutboxMessage.to("in-order").key("k").payload(text).build());
          }
        });

    awaitEffects(app, "order", "order 1", "order 2", "order 3");
    assertThat(calls("order")).containsExactly("order 1", "order 1", "order 2", "order 3");
  }

  @Test
  void aMessageWithoutIdentityIsKnownByTheIdOfItsClient() throws Exception {
    producer.send(new Message("foreign", "foreign".getBytes(UTF_8)));

    awaitEffects(app, "foreign", "foreign");
    assertThat(calls("foreign")).as("failed once").hasSize(2);
    assertThat(app.count("SELECT count(*) FROM message_consume WHERE source = 'rocketmq:foreign'"))
        .isEqualTo(1);
  }

  @Test
  void whatIsInProgressElsewhereIsWaitedForAndCountsAsNoRedelivery() throws Exception {
    try (Application holding = start(Held.class)) {
      send("held-topic", "1", "held");

      awaitEffects(holding, "held", "held");
      assertThat(holding.bean(Held.class).redeliveries).hasValue(0);
      assertThat(holding.bean(HoldingInbox.class).refused).hasValue(HoldingInbox.TIMES);
    }
  }

  @Test
  void aListenerThatRepliesIsRefused() {
    assertThatThrownBy(() -> start(Replying.class))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("replying", "can't be idempotent", "replies");
  }

  @Test
  void aListenerOfBroadcastsIsRefused() {
    assertThatThrownBy(() -> start(Broadcast.class))
        .rootCause()
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("broadcast", "can't be idempotent", "BROADCASTING");
  }

  private Application start(Class<?> beans) {
    return Application.of(
        beans,
        "outbox.transports.kafka.enabled=false",
        "rocketmq.name-server=" + server.nameServers(),
        "rocketmq.producer.group=" + beans.getSimpleName());
  }

  private void send(String topic, String id, String text) throws Exception {
    Message message = new Message(topic, text.getBytes(UTF_8));
    message.putUserProperty("CE_id", id);
    message.putUserProperty("CE_source", "elsewhere");
    producer.send(message);
  }

  private static void awaitEffects(Application app, String prefix, String... effects) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(app.bean(Effects.class).inDatabase())
                    .filteredOn(text -> text.startsWith(prefix))
                    .containsExactly(effects));
  }

  private List<String> calls(String prefix) {
    return app.bean(Effects.class).calls.stream().filter(it -> it.startsWith(prefix)).toList();
  }

  @Import({Published.class, Twice.class, FailingOnce.class, InOrder.class, Foreign.class})
  static class All {}

  @Import(Effects.class)
  abstract static class Listener implements RocketMQListener<String> {
    final Effects effects;

    Listener(Effects effects) {
      this.effects = effects;
    }

    @Override
    public void onMessage(String text) {
      assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
      effects.happen(text);
    }
  }

  @Idempotent
  @RocketMQMessageListener(topic = "published", selectorExpression = "new", consumerGroup = "pub")
  static class Published extends Listener {
    Published(Effects effects) {
      super(effects);
    }
  }

  @Idempotent
  @RocketMQMessageListener(topic = "twice", consumerGroup = "twice")
  static class Twice extends Listener {
    Twice(Effects effects) {
      super(effects);
    }
  }

  abstract static class Failing extends Listener implements RocketMQPushConsumerLifecycleListener {
    private final AtomicInteger tries = new AtomicInteger();

    Failing(Effects effects) {
      super(effects);
    }

    /** A group's topic for retries comes into being with the first; it is to be found soon. */
    @Override
    public void prepareStart(DefaultMQPushConsumer consumer) {
      consumer.setPollNameServerInterval(1_000);
    }

    @Override
    public void onMessage(String text) {
      super.onMessage(text);
      if (tries.incrementAndGet() == 1) {
        throw new IllegalStateException("secret");
      }
    }
  }

  @Idempotent
  @RocketMQMessageListener(
      topic = "failing-once",
      consumerGroup = "failing-once",
      delayLevelWhenNextConsume = 1)
  static class FailingOnce extends Failing {
    FailingOnce(Effects effects) {
      super(effects);
    }
  }

  @Idempotent
  @RocketMQMessageListener(
      topic = "in-order",
      consumerGroup = "in-order",
      consumeMode = ConsumeMode.ORDERLY)
  static class InOrder extends Failing {
    InOrder(Effects effects) {
      super(effects);
    }
  }

  @Idempotent
  @RocketMQMessageListener(
      topic = "foreign",
      consumerGroup = "foreign",
      delayLevelWhenNextConsume = 1)
  static class Foreign extends Failing {
    Foreign(Effects effects) {
      super(effects);
    }
  }

  @Idempotent
  @RocketMQMessageListener(topic = "held-topic", consumerGroup = "held")
  static class Held implements RocketMQListener<org.apache.rocketmq.common.message.MessageExt> {
    final AtomicInteger redeliveries = new AtomicInteger();
    private final Effects effects;

    Held(Effects effects) {
      this.effects = effects;
    }

    @Bean
    static Effects effects(org.springframework.jdbc.core.JdbcTemplate database) {
      return new Effects(database);
    }

    @Bean
    static HoldingInbox holdingInbox(Outbox4j outbox) {
      return new HoldingInbox(outbox.inbox());
    }

    @Override
    public void onMessage(org.apache.rocketmq.common.message.MessageExt message) {
      redeliveries.addAndGet(message.getReconsumeTimes());
      effects.happen(new String(message.getBody(), UTF_8));
    }
  }

  /** Says of a message that it is being handled elsewhere, for a while. */
  static final class HoldingInbox implements Inbox {
    static final int TIMES = 5;
    final AtomicInteger refused = new AtomicInteger();
    private final Inbox engine;

    HoldingInbox(Inbox engine) {
      this.engine = engine;
    }

    @Override
    public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
        throws E {
      if (refused.get() < TIMES) {
        refused.incrementAndGet();
        throw new InProgressElsewhereException(message);
      }
      return engine.process(message, handler);
    }
  }

  @Idempotent
  @RocketMQMessageListener(topic = "replying", consumerGroup = "replying")
  static class Replying implements RocketMQReplyListener<String, String> {
    @Override
    public String onMessage(String text) {
      return text;
    }
  }

  @Idempotent
  @RocketMQMessageListener(
      topic = "broadcast",
      consumerGroup = "broadcast",
      messageModel = MessageModel.BROADCASTING)
  static class Broadcast implements RocketMQListener<String> {
    final List<String> received = new ArrayList<>();

    @Override
    public void onMessage(String text) {
      received.add(text);
    }
  }
}
