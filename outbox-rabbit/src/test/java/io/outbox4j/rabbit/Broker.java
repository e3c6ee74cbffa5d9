package io.outbox4j.rabbit;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.server.RabbitServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** RabbitMQ as the tests see it, past the code under test. */
record Broker(RabbitServer server) {

  ConnectionFactory factory() {
    return factory(server.address());
  }

  static ConnectionFactory factory(InetSocketAddress address) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.getHostString());
    factory.setPort(address.getPort());
    return factory;
  }

  /** A new queue, as messages name it. */
  String createQueue(Map<String, Object> arguments) {
    String name = "queue-" + UUID.randomUUID();
    administer(channel -> channel.queueDeclare(name, true, false, false, arguments));
    return "/" + name;
  }

  /** A new exchange of type fanout before a queue; its name. */
  String createExchange(String topicOfQueue) {
    String name = "exchange-" + UUID.randomUUID();
    administer(
        channel -> {
          channel.exchangeDeclare(name, "fanout", true);
          channel.queueBind(queue(topicOfQueue), name, "");
        });
    return name;
  }

  void administer(Administration work) {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      work.on(channel);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that stands in a queue, which then stands there again. */
  List<Delivery> read(String topic) {
    String queue = queue(topic);
    BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    List<Delivery> read = new ArrayList<>();
    administer(
        channel -> {
          int count = channel.queueDeclarePassive(queue).getMessageCount();
          String tag =
              channel.basicConsume(queue, false, (t, next) -> arrived.add(next), gone -> {});
          while (read.size() < count) {
            Delivery next = arrived.poll(30, TimeUnit.SECONDS);
            if (next == null) {
              throw new IllegalStateException(read.size() + " of " + count);
            }
            read.add(next);
          }
          channel.basicCancel(tag);
          channel.basicNack(0, true, true);
          await().until(() -> channel.queueDeclarePassive(queue).getMessageCount() >= count);
        });
    return read;
  }

  static Arrival arrival(Delivery delivery) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    delivery
        .getProperties()
        .getHeaders()
        .forEach(
            (name, value) -> {
              String text = ((LongString) value).toString();
              if (name.startsWith("cloudEvents:")) {
                attributes.put(name.substring("cloudEvents:".length()), text);
              } else {
                headers.put(name, text);
              }
            });
    String contentType = delivery.getProperties().getContentType();
    if (contentType != null) {
      attributes.put(Arrival.CONTENT_TYPE, contentType);
    }
    String key = attributes.remove("partitionkey");
    return new Arrival(attributes, key, headers, contentType == null ? null : delivery.getBody());
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = factory();
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  static String queue(String topic) {
    return topic.substring(1);
  }

  interface Administration {
    void on(Channel channel) throws Exception;
  }
}
