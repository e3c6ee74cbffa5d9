package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RocketMqBrokerIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private static final RocketMqBroker BROKER = new RocketMqBroker();
  private static final DefaultMQProducer PRODUCER = new DefaultMQProducer("test");

  @BeforeAll
  static void start() throws Exception {
    BROKER.server().start();
    PRODUCER.setNamesrvAddr(BROKER.address());
    PRODUCER.start();
  }

  @AfterAll
  static void end() {
    PRODUCER.shutdown();
    BROKER.close();
  }

  @Test
  void aMessageIsUnreadUntilTheListenerIsDoneWithIt() throws Exception {
    BROKER.create(Broker.ORDERS);
    send(Broker.ORDERS, "one");
    await(() -> BROKER.unread() == 1);
    SynchronousQueue<ConsumeConcurrentlyStatus> statuses = new SynchronousQueue<>();
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(Broker.READER);
    consumer.setNamesrvAddr(BROKER.address());
    // What failed comes from another topic, which is to be found soon.
    consumer.setPollNameServerInterval(500);
    consumer.subscribe(BROKER.topic(Broker.ORDERS), "*");
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              context.setDelayLevelWhenNextConsume(1);
              try {
                return statuses.take();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
              }
            });
    consumer.start();
    try {
      assertThat(BROKER.unread()).as("given to the listener, which is busy with it").isEqualTo(1);

      answer(statuses, ConsumeConcurrentlyStatus.RECONSUME_LATER);
      await(
          () -> {
            consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
            return BROKER.unread(BROKER.topic(Broker.ORDERS)) == 0 && BROKER.unread() == 1;
          });

      answer(statuses, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
      await(
          () -> {
            consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
            return BROKER.unread() == 0;
          });
      assertThat(BROKER.messages(Broker.ORDERS)).isEqualTo(1);
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void aTopicIsMadeAnew() throws Exception {
    BROKER.create(Broker.AUDIT);
    send(Broker.AUDIT, "order-1");
    send(Broker.AUDIT, "order-2");
    await(() -> BROKER.messages(Broker.AUDIT) == 2);
    assertThat(BROKER.texts(Broker.AUDIT)).containsExactlyInAnyOrder("order-1", "order-2");
    assertThat(BROKER.texts(Broker.AUDIT)).as("they stay there").hasSize(2);

    BROKER.create(Broker.AUDIT);

    assertThat(BROKER.messages(Broker.AUDIT)).isZero();
    send(Broker.AUDIT, "order-3");
    await(() -> BROKER.messages(Broker.AUDIT) == 1);
    assertThat(BROKER.texts(Broker.AUDIT)).containsExactly("order-3");
  }

  private static void send(String topic, String text) throws Exception {
    Message message = new Message(BROKER.topic(topic), text.getBytes(StandardCharsets.UTF_8));
    assertThat(PRODUCER.send(message).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
  }

  private static void answer(
      SynchronousQueue<ConsumeConcurrentlyStatus> statuses, ConsumeConcurrentlyStatus status)
      throws InterruptedException {
    assertThat(statuses.offer(status, LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void await(Callable<Boolean> condition) {
    assertThat(Wait.until(LIMIT, Duration.ofMillis(50), condition)).isTrue();
  }
}
