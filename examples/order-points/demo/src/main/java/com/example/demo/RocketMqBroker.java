package com.example.demo;

import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.Server;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/** RocketMQ: topics of four queues. */
final class RocketMqBroker implements Broker {

  private static final int QUEUES = 4;
  private static final long REQUEST_MILLIS = 5_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RocketMqServer server = new RocketMqServer();
  private @Nullable DefaultMQProducer client;

  @Override
  public String profile() {
    return BrokerKind.ROCKETMQ.id();
  }

  @Override
  public Server server() {
    return server;
  }

  @Override
  public String address() {
    return server.nameServers();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("ROCKETMQ_NAME_SERVER", address());
  }

  /** Not as Kafka's are called, so that the services can tell by the topic who sends. */
  @Override
  public String topic(String name) {
    return name.replace('-', '_');
  }

  @Override
  public void create(String name) throws Exception {
    String topic = topic(name);
    api().deleteTopicInBroker(broker(), topic, REQUEST_MILLIS);
    api().deleteTopicInNameServer(address(), topic, REQUEST_MILLIS);
    await(
        "topic " + topic + " could not be created",
        () -> {
          // Fails as long as the name server does not know the broker.
          client().createTopic(RocketMqServer.CLUSTER, topic, QUEUES, Map.of());
          return client().fetchPublishMessageQueues(topic).size() == QUEUES;
        });
  }

  @Override
  public long messages(String name) throws Exception {
    long messages = 0;
    for (MessageQueue queue : client().fetchPublishMessageQueues(topic(name))) {
      messages += client().maxOffset(queue);
    }
    return messages;
  }

  /** Those that it failed on wait in a topic of their own, in which they come again. */
  @Override
  public long unread() throws Exception {
    return unread(topic(ORDERS)) + unread(MixAll.getRetryTopic(READER));
  }

  /** How many messages of a topic the points service has not finished with. */
  long unread(String topic) throws Exception {
    return api().getConsumeStats(broker(), READER, topic, REQUEST_MILLIS).computeTotalDiff();
  }

  @Override
  public List<String> texts(String name) throws Exception {
    long messages = messages(name);
    List<String> texts = new ArrayList<>();
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("demo");
    consumer.setNamesrvAddr(address());
    consumer.setAutoCommit(false);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.start();
    try {
      consumer.assign(consumer.fetchMessageQueues(topic(name)));
      await(
          "topic " + topic(name) + ": fewer than " + messages + " messages could be read",
          () -> {
            consumer
                .poll(1_000)
                .forEach(
                    message -> texts.add(new String(message.getBody(), StandardCharsets.UTF_8)));
            return texts.size() >= messages;
          });
    } finally {
      consumer.shutdown();
    }
    return texts;
  }

  private static void await(String otherwise, Callable<Boolean> condition) {
    if (!Wait.until(LIMIT, Duration.ofMillis(200), condition)) {
      throw new IllegalStateException(otherwise);
    }
  }

  private String broker() {
    return server.address().getHostString() + ":" + server.address().getPort();
  }

  /** What RocketMQ's own tools are made of. */
  private MQClientAPIImpl api() throws MQClientException {
    return client().getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
  }

  private synchronized DefaultMQProducer client() throws MQClientException {
    if (client == null) {
      DefaultMQProducer started = new DefaultMQProducer("demo");
      started.setNamesrvAddr(address());
      started.start();
      client = started;
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdown();
    }
    server.close();
  }
}
