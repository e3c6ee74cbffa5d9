package io.outbox4j.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RabbitServerIT {

  private final RabbitServer server = new RabbitServer();
  private String queue;

  @BeforeAll
  void startServer() {
    server.start();
  }

  @AfterAll
  void closeServer() {
    server.close();
    assertThat(server.folder()).doesNotExist();
  }

  @BeforeEach
  void createQueue(TestInfo test) throws Exception {
    queue = test.getTestMethod().orElseThrow().getName();
    try (Connection connection = connect("guest");
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, Map.of());
    }
  }

  @Test
  void confirmedMessagesOutliveAKill() throws Exception {
    server.keepDeclarations();
    try (Connection connection = connect("guest")) {
      sendAll(connection, 100);
      server.kill();
      assertThat(server.isRunning()).isFalse();
    } catch (ShutdownSignalException expected) {
      assertThat(expected.isHardError()).isTrue();
    }

    server.start();

    assertThat(receive()).isEqualTo(values(100));
  }

  @Test
  void messagesOutliveAStop() throws Exception {
    try (Connection connection = connect("guest")) {
      sendAll(connection, 3);
    }

    server.stop();
    server.start();

    assertThat(receive()).isEqualTo(values(3));
  }

  @Test
  void aFrozenNodeConfirmsWhenItIsThawed() throws Exception {
    try (Connection connection = connect("guest");
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      server.freeze();
      channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, "0".getBytes(UTF_8));
      assertThatThrownBy(() -> channel.waitForConfirms(500)).isInstanceOf(TimeoutException.class);

      server.thaw();

      assertThat(channel.waitForConfirms(30_000)).isTrue();
    }
  }

  @Test
  void aMessageAboveOneMebibyteClosesTheChannel() throws Exception {
    try (Connection connection = connect("guest")) {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      channel.basicPublish("", queue, MessageProperties.BASIC, new byte[(1 << 20) + 1]);

      assertThatThrownBy(() -> channel.waitForConfirms(30_000))
          .isInstanceOfSatisfying(
              ShutdownSignalException.class,
              end ->
                  assertThat(((AMQP.Channel.Close) end.getReason()).getReplyCode())
                      .isEqualTo(AMQP.PRECONDITION_FAILED));
    }
  }

  @Test
  void aUserIsMadeByControl() throws Exception {
    server.control("add_user", "reader", "reader");
    server.control("set_permissions", "reader", "", "", ".*");

    try (Connection connection = connect("reader");
        Channel channel = connection.createChannel()) {
      assertThat(channel.basicGet(queue, true)).isNull();
    }
    assertThat(server.control("list_users")).contains("reader");
    assertThatThrownBy(() -> server.control("no_such_command"))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("rabbitmqctl ended with exit code");
  }

  private Connection connect(String user) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(server.address().getHostString());
    factory.setPort(server.address().getPort());
    factory.setUsername(user);
    factory.setPassword(user);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  private void sendAll(Connection connection, int count) throws Exception {
    Channel channel = connection.createChannel();
    channel.confirmSelect();
    for (String value : values(count)) {
      channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, value.getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie(30_000);
  }

  private List<String> receive() throws Exception {
    List<String> values = new ArrayList<>();
    try (Connection connection = connect("guest");
        Channel channel = connection.createChannel()) {
      for (GetResponse next = get(channel); next != null; next = get(channel)) {
        values.add(new String(next.getBody(), UTF_8));
      }
    }
    return values;
  }

  private GetResponse get(Channel channel) throws IOException {
    return channel.basicGet(queue, true);
  }

  private static List<String> values(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
