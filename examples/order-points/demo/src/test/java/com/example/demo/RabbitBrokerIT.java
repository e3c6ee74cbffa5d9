package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RabbitBrokerIT {

  private static final RabbitBroker BROKER = new RabbitBroker();

  @BeforeAll
  static void start() {
    BROKER.server().start();
  }

  @AfterAll
  static void end() {
    BROKER.close();
  }

  @Test
  void aMessageIsUnreadUntilItIsAcknowledged() throws Exception {
    BROKER.create(Broker.ORDERS);
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      send(channel, Broker.ORDERS, "one");
      assertThat(BROKER.unread()).isEqualTo(1);

      GetResponse taken = channel.basicGet(Broker.READER, false);
      assertThat(BROKER.unread()).as("given to the service, which is busy with it").isEqualTo(1);

      channel.basicAck(taken.getEnvelope().getDeliveryTag(), false);
      assertThat(BROKER.unread()).isZero();
      assertThat(BROKER.messages(Broker.ORDERS)).isEqualTo(1);
    }
  }

  @Test
  void topicsAndMessagesOutliveAKill() throws Exception {
    BROKER.create(Broker.AUDIT);
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      send(channel, Broker.AUDIT, "order-1");
      send(channel, Broker.AUDIT, "order-2");
    }

    BROKER.server().kill();
    BROKER.server().start();

    assertThat(BROKER.texts(Broker.AUDIT)).containsExactly("order-1", "order-2");
    assertThat(BROKER.messages(Broker.AUDIT)).isEqualTo(2);
    BROKER.create(Broker.AUDIT);
    assertThat(BROKER.messages(Broker.AUDIT)).as("made anew").isZero();
  }

  private static void send(Channel channel, String topic, String text) throws Exception {
    String[] parts = BROKER.topic(topic).split("/", 2);
    channel.confirmSelect();
    channel.basicPublish(
        parts[0],
        parts[1],
        true,
        MessageProperties.PERSISTENT_BASIC,
        text.getBytes(StandardCharsets.UTF_8));
    channel.waitForConfirmsOrDie(10_000);
  }

  private static Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(BROKER.server().address().getHostString());
    factory.setPort(BROKER.server().address().getPort());
    return factory.newConnection("test");
  }
}
