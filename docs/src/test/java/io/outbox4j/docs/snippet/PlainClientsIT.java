package io.outbox4j.docs.snippet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.Inbox;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.rabbit.RabbitTransport;
import io.outbox4j.rocketmq.RocketMqTransport;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Each plain client gets a message twice, most of them once more after a failure: it gives points
 * once.
 */
class PlainClientsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String customer = "customer-" + UUID.randomUUID();
  private final JdbcConnectionPool database =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
  private final JdbcTemplate jdbc = new JdbcTemplate(database);
  private final Outbox4j points =
      Outbox4j.builder(database, new JdbcTransactionManager(database))
          .application("points")
          .transport("kafka", KafkaTransport.of(kafka()))
          .build();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean failsNext = new AtomicBoolean();
  private final Inbox inbox = new NotingInbox();

  @BeforeEach
  void openAccount() {
    points.start();
    jdbc.execute("CREATE TABLE account (customer VARCHAR(50) PRIMARY KEY, points INT)");
    jdbc.update("INSERT INTO account VALUES (?, 0)", customer);
  }

  @AfterEach
  void close() {
    points.close();
    database.dispose();
  }

  @Test
  void kafkasLoop() {
    String topic = "plain-" + UUID.randomUUID();
    createKafkaTopic(topic);
    sendTwice(KafkaTransport.of(kafka()), topic);
    Map<String, Object> config = new HashMap<>(kafka());
    config.put("group.id", topic);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    PlainConsumer consumer = new PlainConsumer(inbox, jdbc);
    failsNext.set(true);
    AtomicInteger starts = new AtomicInteger();
    Thread loop =
        thread(
            () -> {
              while (starts.incrementAndGet() <= 2) {
                try {
                  consumer.consume(config, topic);
                } catch (IllegalStateException e) {
                  assertThat(e).hasMessage("told to fail");
                } catch (InterruptException e) {
                  // The test is over.
                }
              }
            });
    try {
      assertPointsOnce();
      assertThat(starts).hasValue(2);
    } finally {
      loop.interrupt();
    }
  }

  @Test
  void rabbitMq() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(SharedServers.rabbit().address().getHostString());
    factory.setPort(SharedServers.rabbit().address().getPort());
    String queue = "plain-" + UUID.randomUUID();
    try (Connection connection = factory.newConnection();
        var channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, Map.of());
      sendTwice(RabbitTransport.of(factory), "/" + queue);
      failsNext.set(true);
      new RabbitConsumer(inbox, jdbc).consume(channel, queue);
      assertPointsOnce();
      await().atMost(LIMIT).until(() -> channel.messageCount(queue) == 0);
    }
  }

  @Test
  void rocketMqConcurrently() throws Exception {
    DefaultMQPushConsumer consumer = pushConsumer(rocketMqTopicWithTwo());
    new RocketMqConsumers(inbox, jdbc).consumeConcurrently(consumer);
    consumer.start();
    try {
      assertPointsOnce();
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void rocketMqInOrder() throws Exception {
    DefaultMQPushConsumer consumer = pushConsumer(rocketMqTopicWithTwo());
    failsNext.set(true);
    new RocketMqConsumers(inbox, jdbc).consumeInOrder(consumer);
    consumer.start();
    try {
      assertPointsOnce();
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void rocketMqByPulling() throws Exception {
    String topic = rocketMqTopicWithTwo();
    String group = "plain-" + UUID.randomUUID();
    failsNext.set(true);
    DefaultLitePullConsumer failing = pullConsumer(group, topic);
    assertThatIllegalStateException()
        .isThrownBy(() -> new RocketMqConsumers(inbox, jdbc).pull(failing))
        .withMessage("told to fail");
    failing.shutdown();

    DefaultLitePullConsumer consumer = pullConsumer(group, topic);
    Thread loop = thread(() -> new RocketMqConsumers(inbox, jdbc).pull(consumer));
    try {
      assertPointsOnce();
    } finally {
      consumer.shutdown();
      loop.join(LIMIT.toMillis());
    }
    assertThat(loop.isAlive()).isFalse();
  }

  private void assertPointsOnce() {
    await().atMost(LIMIT).until(() -> outcomes.size() == 2);
    assertThat(outcomes).containsExactlyInAnyOrder(Outcome.CONSUMED, Outcome.DUPLICATE);
    assertThat(
            jdbc.queryForObject(
                "SELECT points FROM account WHERE customer = ?", Integer.class, customer))
        .isEqualTo(10);
  }

  private void sendTwice(Transport transport, String topic) {
    OutgoingMessage order = MessageDraft.to(topic).key(customer).build();
    AtomicInteger acknowledged = new AtomicInteger();
    try (transport) {
      transport.start();
      for (int time = 1; time <= 2; time++) {
        int count = time;
        transport.send(
            List.of(order),
            (message, result) -> {
              assertThat(result).isInstanceOf(Acknowledged.class);
              acknowledged.incrementAndGet();
            });
        await().atMost(LIMIT).until(() -> acknowledged.get() == count);
      }
    }
  }

  private String rocketMqTopicWithTwo() throws Exception {
    String topic = "plain-" + UUID.randomUUID();
    DefaultMQProducer producer = producer();
    producer.start();
    try {
      producer.createTopic("tests", topic, 1, Map.of());
    } finally {
      producer.shutdown();
    }
    sendTwice(RocketMqTransport.of(PlainClientsIT::producer), topic);
    return topic;
  }

  private static DefaultMQProducer producer() {
    DefaultMQProducer producer = new DefaultMQProducer("plain-" + UUID.randomUUID());
    producer.setNamesrvAddr(SharedServers.rocketMq().nameServers());
    return producer;
  }

  private static DefaultLitePullConsumer pullConsumer(String group, String topic) throws Exception {
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(group);
    consumer.setNamesrvAddr(SharedServers.rocketMq().nameServers());
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.subscribe(topic, "*");
    consumer.start();
    return consumer;
  }

  private static DefaultMQPushConsumer pushConsumer(String topic) throws Exception {
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("plain-" + UUID.randomUUID());
    consumer.setNamesrvAddr(SharedServers.rocketMq().nameServers());
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.subscribe(topic, "*");
    return consumer;
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", SharedServers.kafka().bootstrapServers());
  }

  private static void createKafkaTopic(String topic) {
    try (Admin admin = Admin.create(kafka())) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Keeps what came of each message, and fails once when it is told to. */
  private final class NotingInbox implements Inbox {

    @Override
    public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
        throws E {
      if (failsNext.compareAndSet(true, false)) {
        throw new IllegalStateException("told to fail");
      }
      Outcome outcome = points.inbox().process(message, handler);
      outcomes.add(outcome);
      return outcome;
    }
  }
}
