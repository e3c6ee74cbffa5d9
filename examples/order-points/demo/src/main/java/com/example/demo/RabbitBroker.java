package com.example.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.Server;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RabbitMQ: an exchange with a routing key for each topic. A queue that nobody reads keeps what was
 * sent by a key, so that it can be counted; the points service has a queue of its own beside it.
 *
 * <pre>
 *   orders ─ order-created ─┬─> order-created
 *          │                └─> points
 *          └ order-audit ─────> order-audit
 * </pre>
 */
final class RabbitBroker implements Broker {

  private static final String EXCHANGE = "orders";
  private static final Pattern UNFINISHED = Pattern.compile("(?m)^" + READER + "\\s+(\\d+)$");

  private final RabbitServer server = new RabbitServer();

  @Override
  public String profile() {
    return BrokerKind.RABBITMQ.id();
  }

  @Override
  public Server server() {
    return server;
  }

  @Override
  public String address() {
    return server.address().getHostString() + ":" + server.address().getPort();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("SPRING_RABBITMQ_ADDRESSES", address());
  }

  @Override
  public String topic(String name) {
    return EXCHANGE + "/" + name;
  }

  @Override
  public void create(String name) throws Exception {
    List<String> queues = name.equals(ORDERS) ? List.of(name, READER) : List.of(name);
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(EXCHANGE, "direct", true);
      for (String queue : queues) {
        channel.queueDelete(queue);
        channel.queueDeclare(queue, true, false, false, Map.of());
        channel.queueBind(queue, EXCHANGE, name);
      }
    }
    server.keepDeclarations();
  }

  @Override
  public long messages(String name) throws Exception {
    return ready(name);
  }

  /**
   * A client sees only what waits in the queue, and not what the points service was given and has
   * not acknowledged. The node's own tool sees both; it is slow, and asked only when nothing waits.
   */
  @Override
  public long unread() throws Exception {
    long ready = ready(READER);
    if (ready > 0) {
      return ready;
    }
    String queues = server.control("list_queues", "name", "messages");
    Matcher unfinished = UNFINISHED.matcher(queues);
    if (!unfinished.find()) {
      throw new IllegalStateException("there is no queue " + READER + " in: " + queues);
    }
    return Long.parseLong(unfinished.group(1));
  }

  /** Takes all and acknowledges none, so that they are put back at the end of the connection. */
  @Override
  public List<String> texts(String name) throws Exception {
    List<String> texts = new ArrayList<>();
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      GetResponse message = channel.basicGet(name, false);
      while (message != null) {
        texts.add(new String(message.getBody(), StandardCharsets.UTF_8));
        message = channel.basicGet(name, false);
      }
    }
    return texts;
  }

  private long ready(String queue) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return channel.messageCount(queue);
    }
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(server.address().getHostString());
    factory.setPort(server.address().getPort());
    return factory.newConnection("demo");
  }

  @Override
  public void close() {
    server.close();
  }
}
