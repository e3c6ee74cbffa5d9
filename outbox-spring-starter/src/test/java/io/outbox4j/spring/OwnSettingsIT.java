package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.OutboxMessage;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.Test;

/** Transports whose broker is said at their own entry, and nowhere else. */
class OwnSettingsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SENT_BY =
      "SELECT count(*) FROM message_send WHERE status = 1 AND transport = ?";

  private final RabbitServer rabbit = SharedServers.rabbit();

  @Test
  void twoRabbitMqTransportsSendToTwoVirtualHosts() throws Exception {
    String other = "host-" + UUID.randomUUID();
    rabbit.control("add_vhost", other);
    rabbit.control("set_permissions", "-p", other, "guest", ".*", ".*", ".*");
    String queue = "orders-" + UUID.randomUUID();
    try (Connection here = connect("/");
        Connection there = connect(other);
        Application app =
            Application.of(
                Nothing.class,
                "outbox.transports.here.type=rabbitmq",
                "outbox.transports.here.rabbitmq.host=127.0.0.1",
                "outbox.transports.here.rabbitmq.port=" + rabbit.address().getPort(),
                "outbox.transports.there.type=rabbitmq",
                "outbox.transports.there.rabbitmq.host=127.0.0.1",
                "outbox.transports.there.rabbitmq.port=" + rabbit.address().getPort(),
                "outbox.transports.there.rabbitmq.virtual-host=" + other);
        Channel hereChannel = here.createChannel();
        Channel thereChannel = there.createChannel()) {
      hereChannel.queueDeclare(queue, true, false, false, Map.of());
      thereChannel.queueDeclare(queue, true, false, false, Map.of());

      app.inTransaction(
          outbox -> {
            outbox.publish(OutboxMessage.to("/" + queue).transport("here").payload("1").build());
            outbox.publish(OutboxMessage.to("/" + queue).transport("there").payload("2").build());
            outbox.publish(OutboxMessage.to("/" + queue).transport("there").payload("3").build());
          });

      await().atMost(LIMIT).until(() -> app.count(SENT_BY, "there") == 2);
      await().atMost(LIMIT).until(() -> app.count(SENT_BY, "here") == 1);
      assertThat(hereChannel.messageCount(queue)).isEqualTo(1);
      assertThat(thereChannel.messageCount(queue)).isEqualTo(2);
    }
  }

  @Test
  void aNameServerOfTheEntryAloneIsEnough() throws Exception {
    String nameServers = SharedServers.rocketMq().nameServers();
    String topic = createTopic(nameServers);
    try (Application app =
        Application.of(
            Nothing.class,
            "outbox.transports.events.type=rocketmq",
            "outbox.transports.events.rocketmq.name-server=" + nameServers)) {
      app.inTransaction(
          outbox ->
              outbox.publish(OutboxMessage.to(topic).transport("events").payload("1").build()));

      await().atMost(LIMIT).until(() -> app.count(SENT_BY, "events") == 1);
    }
  }

  private Connection connect(String virtualHost) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(rabbit.address().getPort());
    factory.setVirtualHost(virtualHost);
    return factory.newConnection();
  }

  private static String createTopic(String nameServers) throws Exception {
    String topic = "topic-" + UUID.randomUUID();
    DefaultMQProducer producer = new DefaultMQProducer("test-" + UUID.randomUUID());
    producer.setNamesrvAddr(nameServers);
    producer.start();
    try {
      producer.createTopic(RocketMqServer.CLUSTER, topic, 1, Map.of());
    } finally {
      producer.shutdown();
    }
    return topic;
  }

  static class Nothing {}
}
