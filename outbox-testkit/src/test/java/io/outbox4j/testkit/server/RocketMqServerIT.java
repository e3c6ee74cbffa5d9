package io.outbox4j.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RocketMqServerIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RocketMqServer server = RocketMqServer.behindProxy(Map.of());
  private DefaultMQProducer producer;
  private String topic;

  @BeforeAll
  void startServer() {
    server.start();
  }

  @AfterAll
  void closeServer() {
    server.close();
    assertThat(server.folder()).doesNotExist();
    assertThat(server.nameServer().folder()).doesNotExist();
    assertThat(server.nameServer().isRunning()).isFalse();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    producer = new DefaultMQProducer("test-" + UUID.randomUUID());
    producer.setNamesrvAddr(server.nameServers());
    producer.start();
    producer.createTopic(RocketMqServer.CLUSTER, topic, 1, Map.of());
    await().atMost(LIMIT).ignoreExceptions().until(() -> queue() != null);
  }

  @AfterEach
  void closeProducer() {
    server.proxy().heal();
    producer.shutdown();
  }

  @Test
  void acknowledgedMessagesOutliveAKill() throws Exception {
    sendAll(0, 100);

    server.kill();
    assertThat(server.isRunning()).isFalse();
    assertThat(server.nameServer().isRunning()).isTrue();
    server.start();

    assertThat(sendAtLast(100).getQueueOffset()).isEqualTo(100);
    assertThat(receive(101)).isEqualTo(values(101));
  }

  @Test
  void messagesOutliveAStop() throws Exception {
    sendAll(0, 3);

    server.stop();
    server.start();

    assertThat(receive(3)).isEqualTo(values(3));
  }

  @Test
  void aFrozenBrokerGoesOnWhenItIsThawed() throws Exception {
    sendAll(0, 1);
    server.freeze();
    assertThatThrownBy(() -> send(1)).isInstanceOf(Exception.class);

    server.thaw();

    // What the broker got while it was frozen may be there too.
    assertThat(sendAtLast(2).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
  }

  @Test
  void aMissingTopicIsNotCreated() {
    assertThatThrownBy(() -> producer.send(new Message("nowhere", "1".getBytes(UTF_8))))
        .isInstanceOf(MQClientException.class)
        .hasMessageContaining("No route info");
  }

  @Test
  void theBrokerIsReachedThroughTheProxyOnly() throws Exception {
    sendAll(0, 1);
    server.proxy().down();
    assertThatThrownBy(() -> send(1)).isInstanceOf(Exception.class);

    server.proxy().heal();

    assertThat(sendAtLast(1).getQueueOffset()).isEqualTo(1);
  }

  @Test
  void aNameServerComesBackOnItsPort() throws Exception {
    sendAll(0, 1);
    server.nameServer().kill();
    sendAll(1, 2);

    server.nameServer().start();

    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> queue() != null);
  }

  private MessageQueue queue() throws MQClientException {
    return producer.fetchPublishMessageQueues(topic).get(0);
  }

  private SendResult send(int value) throws Exception {
    return producer.send(new Message(topic, Integer.toString(value).getBytes(UTF_8)), 1_000);
  }

  private SendResult sendAtLast(int value) {
    List<SendResult> sent = new ArrayList<>();
    await().atMost(LIMIT).ignoreExceptions().until(() -> sent.add(send(value)));
    return sent.get(0);
  }

  private void sendAll(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      assertThat(sendAtLast(i).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
    }
  }

  private List<String> receive(int count) throws MQClientException {
    List<String> values = new ArrayList<>();
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("test-" + UUID.randomUUID());
    consumer.setNamesrvAddr(server.nameServers());
    consumer.start();
    try {
      MessageQueue queue = queue();
      consumer.assign(List.of(queue));
      consumer.seekToBegin(queue);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                consumer
                    .poll(200)
                    .forEach(message -> values.add(new String(message.getBody(), UTF_8)));
                return values.size() >= count;
              });
    } finally {
      consumer.shutdown();
    }
    return values;
  }

  private static List<String> values(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
