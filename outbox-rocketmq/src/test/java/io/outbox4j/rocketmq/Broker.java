package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.server.RocketMqServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** RocketMQ as the tests see it, past the code under test. */
final class Broker {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RocketMqServer server;
  private DefaultMQProducer producer;

  Broker(RocketMqServer server) {
    this.server = server;
  }

  RocketMqServer server() {
    return server;
  }

  /** A producer as an application would configure it, for payloads that the broker refuses too. */
  DefaultMQProducer producer() {
    DefaultMQProducer made = new DefaultMQProducer("test-" + UUID.randomUUID());
    made.setNamesrvAddr(server.nameServers());
    made.setMaxMessageSize(8 << 20);
    // Zeros would become small.
    made.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
    return made;
  }

  String createTopic(int queues) {
    return createTopic("topic-" + UUID.randomUUID(), queues);
  }

  synchronized String createTopic(String topic, int queues) {
    try {
      if (producer == null) {
        producer = producer();
        producer.start();
      }
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              producer.createTopic(RocketMqServer.CLUSTER, topic, queues, Map.of());
              return true;
            });
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> producer.fetchPublishMessageQueues(topic).size() == queues);
    return topic;
  }

  /** Changes settings of the running broker. */
  @SuppressWarnings("deprecation")
  synchronized void configure(Map<String, String> settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try {
      InetSocketAddress address = server.address();
      producer
          .getDefaultMQProducerImpl()
          .getMqClientFactory()
          .getMQClientAPIImpl()
          .updateBrokerConfig(address.getHostString() + ":" + address.getPort(), properties, 5_000);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  synchronized void close() {
    if (producer != null) {
      producer.shutdown();
      producer = null;
    }
  }

  List<MessageExt> read(String topic) {
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("test-" + UUID.randomUUID());
    consumer.setNamesrvAddr(server.nameServers());
    consumer.setPullBatchSize(200);
    consumer.setAutoCommit(false);
    // Told before it begins: a seek would race with the first request.
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    List<MessageExt> messages = new ArrayList<>();
    try {
      consumer.start();
      List<MessageQueue> queues = new ArrayList<>();
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> queues.addAll(consumer.fetchMessageQueues(topic)));
      consumer.assign(queues);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(10))
          .untilAsserted(
              () -> {
                messages.addAll(consumer.poll(300));
                assertThat(messages.size())
                    .as("messages of %s read", topic)
                    .isGreaterThanOrEqualTo(ends(queues));
              });
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    } finally {
      consumer.shutdown();
    }
    return messages;
  }

  private int ends(List<MessageQueue> queues) throws MQClientException {
    int all = 0;
    for (MessageQueue queue : queues) {
      all += Math.toIntExact(producer.maxOffset(queue));
    }
    return all;
  }

  static Arrival arrival(MessageExt message) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    Set<String> own =
        Set.of("CE_contenttype", "CE_partitionkey", "outbox4j-body", "outbox4j-empty");
    message
        .getProperties()
        .forEach(
            (name, value) -> {
              if (name.startsWith("CE_") && !own.contains(name)) {
                attributes.put(name.substring(3), value);
              } else if (name.equals("CE_contenttype")) {
                attributes.put(Arrival.CONTENT_TYPE, value);
              } else if (!own.contains(name) && !MessageConst.STRING_HASH_SET.contains(name)) {
                headers.put(name, value);
              }
            });
    String empty = message.getProperties().getOrDefault("outbox4j-empty", "");
    for (String name : empty.split(" ")) {
      if (!name.isEmpty() && !own.contains(name)) {
        headers.put(name, "");
      }
    }
    String key = message.getProperty("CE_partitionkey");
    if (key == null && List.of(empty.split(" ")).contains("CE_partitionkey")) {
      key = "";
    }
    byte[] payload =
        switch (message.getProperties().getOrDefault("outbox4j-body", "")) {
          case "none" -> null;
          case "empty" -> new byte[0];
          default -> message.getBody();
        };
    return new Arrival(attributes, key, headers, payload);
  }
}
