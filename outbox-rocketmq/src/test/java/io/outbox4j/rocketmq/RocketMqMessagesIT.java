package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the listeners of RocketMQ's own consumers get. */
final class RocketMqMessagesIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Broker broker = new Broker(SharedServers.rocketMq());
  private final Queue<ReceivedMessage> received = new ConcurrentLinkedQueue<>();
  private DefaultMQPushConsumer consumer;

  @BeforeEach
  void makeConsumer() {
    consumer = new DefaultMQPushConsumer("group-" + UUID.randomUUID());
    consumer.setNamesrvAddr(broker.server().nameServers());
    consumer.setPollNameServerInterval(1_000);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
  }

  @AfterEach
  void closeClients() {
    consumer.shutdown();
    broker.close();
  }

  @Test
  void aSecondDeliveryHasTheSameIdentity() throws MQClientException {
    String topic = broker.createTopic(2);
    AtomicBoolean failed = new AtomicBoolean();
    consumer.subscribe(topic, "wanted");
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              receive(messages);
              context.setDelayLevelWhenNextConsume(1);
              return failed.compareAndSet(false, true)
                  ? ConsumeConcurrentlyStatus.RECONSUME_LATER
                  : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
    consumer.start();
    OutgoingMessage wanted =
        MessageDraft.to(topic + ":wanted")
            .businessId("o-1")
            .headers(Map.of("trace", "abc", "void", ""))
            .build();

    send(List.of(MessageDraft.to(topic + ":other").build(), wanted));

    await().atMost(LIMIT).until(() -> received.size() == 2);
    assertThat(received)
        .allSatisfy(
            message -> {
              assertThat(message.messageId()).isEqualTo(wanted.id().toString());
              assertThat(message.source()).isEqualTo("test-kit");
              assertThat(message.topic()).isEqualTo(topic);
              assertThat(message.businessId()).isEqualTo("o-1");
              assertThat(message.headers()).isEqualTo(wanted.headers());
              assertThat(message.payload()).isEqualTo(wanted.payload());
            });
  }

  @Test
  void anOrderlyListenerGetsMessagesOfOneKeyInOrder() throws MQClientException {
    String topic = broker.createTopic(2);
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener(
        (MessageListenerOrderly)
            (messages, context) -> {
              receive(messages);
              return ConsumeOrderlyStatus.SUCCESS;
            });
    consumer.start();
    List<OutgoingMessage> batch =
        IntStream.range(0, 300).mapToObj(i -> MessageDraft.to(topic).key("k").build()).toList();

    send(batch);

    await().atMost(LIMIT).until(() -> received.size() == 300);
    assertThat(received)
        .extracting(ReceivedMessage::messageId)
        .containsExactlyElementsOf(batch.stream().map(sent -> sent.id().toString()).toList());
  }

  private void receive(List<MessageExt> messages) {
    messages.forEach(
        message -> received.add(RocketMqMessages.received(consumer.getConsumerGroup(), message)));
  }

  private void send(List<OutgoingMessage> batch) {
    try (Transport transport = RocketMqTransport.of(broker::producer)) {
      transport.send(batch, (message, result) -> {});
    }
  }
}
