package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of a real broker. */
final class InspectionIT {

  private static final String QUORUM = "quorum";

  private final RabbitServer server = SharedServers.rabbit();
  private final Broker broker = new Broker(server);
  private final String name = "safety-" + UUID.randomUUID();

  @Test
  void aQuorumQueueIsSafe() {
    declare(true, false, Map.of("x-queue-type", QUORUM));

    assertThat(inspect("/" + name)).isEqualTo(SafetyReport.EMPTY);
  }

  @Test
  void aQueueWithManyArgumentsIsSeenToo() {
    Map<String, Object> arguments =
        Map.of(
            "x-dead-letter-exchange",
            "dead",
            "x-dead-letter-routing-key",
            "it's 'dead'",
            "x-max-length",
            100_000,
            "x-overflow",
            "reject-publish",
            "x-single-active-consumer",
            true,
            "x-queue-type",
            QUORUM);
    declare(true, false, arguments);

    assertThat(inspect("/" + name)).isEqualTo(SafetyReport.EMPTY);
  }

  @Test
  void aClassicQueueIsFound() {
    declare(true, false, Map.of());
    assertFound("/" + name, "classic");
  }

  @Test
  void aClassicQueueWithArgumentsIsFound() {
    declare(
        true,
        false,
        Map.of("x-message-ttl", 1_000_000_000L, "x-queue-mode", "lazy", "x-max-priority", 3));
    assertFound("/" + name, "classic");
  }

  @Test
  void aQueueThatIsNotDurableIsFound() {
    declare(false, false, Map.of());
    assertFound("/" + name, "not durable");
  }

  @Test
  void aQueueThatEndsWithItsLastConsumerIsFound() {
    declare(true, true, Map.of());
    assertFound("/" + name, "auto-delete");
  }

  @Test
  void anExclusiveQueueIsFound() throws Exception {
    try (Connection connection = broker.factory().newConnection();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(name, false, true, false, Map.of());
      assertFound("/" + name, "exclusive");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void anExchangeThatIsNotDurableIsFoundOnce(String type) {
    broker.administer(channel -> channel.exchangeDeclare(name, type, false));

    SafetyReport report = inspect(name + "/created", name + "/paid", name + "/gone.*");

    assertThat(report.unseen()).isEmpty();
    assertThat(report.findings()).extracting(Finding::subject).containsExactly(name + "/");
    assertThat(report.findings().get(0).problem()).contains("not durable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "topic", "fanout", "headers"})
  void aDurableExchangeIsSafe(String type) {
    String internal = name + "-internal";
    broker.administer(
        channel -> {
          channel.exchangeDeclare(
              name, type, true, false, Map.of("alternate-exchange", "amq.fanout"));
          channel.exchangeDeclare(internal, type, true, true, true, Map.of());
        });

    assertThat(inspect(name + "/created", internal + "/created", "amq.topic/any"))
        .isEqualTo(SafetyReport.EMPTY);
  }

  @Test
  void nothingIsCreatedWhereNothingIs() {
    SafetyReport report = inspect(name + "/key", "/" + name);

    assertThat(report.findings()).isEmpty();
    assertThat(report.unseen())
        .containsExactlyInAnyOrder(
            new Unseen(name + "/", "it is not there"), new Unseen("/" + name, "it is not there"));
    assertThatThrownBy(() -> broker.administer(channel -> channel.queueDeclarePassive(name)))
        .hasRootCauseMessage(notFound("queue"));
    assertThatThrownBy(() -> broker.administer(channel -> channel.exchangeDeclarePassive(name)))
        .hasRootCauseMessage(notFound("exchange"));
  }

  @Test
  void whatIsThereStaysAsItIs() {
    declare(true, false, Map.of("x-max-length", 7));
    broker.administer(
        channel -> {
          channel.exchangeDeclare(name, "direct", true);
          channel.queueBind(name, name, "key");
          channel.basicPublish("", name, null, new byte[1]);
          channel.queueDeclarePassive(name);
        });

    inspect(name + "/key", "/" + name);

    declare(true, false, Map.of("x-max-length", 7));
    broker.administer(channel -> channel.exchangeDeclare(name, "direct", true));
    assertThat(broker.read("/" + name)).hasSize(1);
  }

  @Test
  void whatAUserMayNotConfigureIsSaidAndNoFinding() {
    declare(true, false, Map.of());
    server.control("add_user", name, "secret");
    server.control("set_permissions", "-p", "/", name, "", ".*", "");
    ConnectionFactory factory = broker.factory();
    factory.setUsername(name);
    factory.setPassword("secret");
    try (RabbitTransport transport = RabbitTransport.of(factory)) {
      SafetyReport report = transport.inspect(new RoutedTopics(List.of("/" + name, "any/key")));

      assertThat(report.findings()).isEmpty();
      assertThat(report.unseen())
          .extracting(Unseen::subject)
          .containsExactlyInAnyOrder("/" + name, "any/");
      assertThat(report.unseen())
          .allSatisfy(unseen -> assertThat(unseen.reason()).contains("permission to configure"));
    } finally {
      server.control("delete_user", name);
    }
  }

  @Test
  void patternsThatNameNoExchangeCanNotBeSeen() {
    SafetyReport report = inspect("orders*", "/queues-*", "*");

    assertThat(report.findings()).isEmpty();
    assertThat(report.unseen())
        .extracting(Unseen::subject)
        .containsExactly("orders*", "/queues-*", "other topics");
  }

  @Test
  void aBrokerThatIsAwayIsSaid() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(1);
    try (RabbitTransport transport =
        RabbitTransport.of(factory, List.of(), Duration.ofSeconds(2))) {
      SafetyReport report = transport.inspect(new RoutedTopics(List.of("/q")));

      assertThat(report.findings()).isEmpty();
      assertThat(report.unseen()).extracting(Unseen::subject).containsExactly("all");
    }
  }

  /** Each of them takes the connection, and says nothing on it. */
  @Test
  void frozenNodesEndWithinTheSendLimit() {
    Duration limit = Duration.ofSeconds(4);
    List<Address> nodes =
        Collections.nCopies(
            16, new Address(server.address().getHostString(), server.address().getPort()));
    server.freeze();
    try (RabbitTransport transport = RabbitTransport.of(broker.factory(), nodes, limit)) {
      long start = System.nanoTime();

      SafetyReport report = transport.inspect(new RoutedTopics(List.of("/" + name)));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
      assertThat(report).isEqualTo(SafetyReport.unseen("all", "no answer in time"));
    } finally {
      server.thaw();
    }
    awaitNoThread();
  }

  @Test
  void aLookAtAFrozenBrokerEndsWithItsTransport() throws Exception {
    RabbitTransport transport = RabbitTransport.of(broker.factory());
    FutureTask<SafetyReport> look =
        new FutureTask<>(() -> transport.inspect(new RoutedTopics(List.of("/" + name))));
    server.freeze();
    try {
      new Thread(look).start();
      awaitLook();
      transport.close();

      assertThat(look.get(2, TimeUnit.SECONDS).unseen()).hasSize(1);
      awaitNoThread();
    } finally {
      server.thaw();
    }
    assertThat(transport.inspect(new RoutedTopics(List.of("/" + name))))
        .isEqualTo(SafetyReport.unseen("all", "transport closed"));
  }

  @Test
  void aLookAtAFrozenBrokerEndsWithAnInterrupt() throws Exception {
    server.freeze();
    try (RabbitTransport transport = RabbitTransport.of(broker.factory())) {
      FutureTask<SafetyReport> look =
          new FutureTask<>(() -> transport.inspect(new RoutedTopics(List.of("/" + name))));
      Thread thread = new Thread(look);
      thread.start();
      awaitLook();
      thread.interrupt();

      assertThat(look.get(2, TimeUnit.SECONDS))
          .isEqualTo(SafetyReport.unseen("all", "the thread that looks was interrupted"));
      awaitNoThread();
    } finally {
      server.thaw();
    }
  }

  /** A reader of the client's is there once it is connected. */
  private static void awaitLook() {
    await().until(() -> threads().anyMatch(thread -> thread.startsWith("AMQP Connection")));
  }

  private static void awaitNoThread() {
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () ->
                threads()
                    .noneMatch(
                        thread ->
                            thread.startsWith("AMQP Connection")
                                || thread.startsWith("outbox-rabbit-client")));
  }

  private static Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
  }

  private void declare(boolean durable, boolean autoDelete, Map<String, Object> arguments) {
    broker.administer(channel -> channel.queueDeclare(name, durable, false, autoDelete, arguments));
  }

  private void assertFound(String topic, String problem) {
    SafetyReport report = inspect(topic);

    assertThat(report.unseen()).isEmpty();
    assertThat(report.findings()).extracting(Finding::subject).containsExactly(topic);
    assertThat(report.findings().get(0).problem()).contains(problem);
    assertThat(report.findings().get(0).manual()).asString().startsWith("https://www.rabbitmq.com");
  }

  private SafetyReport inspect(String... topics) {
    try (RabbitTransport transport = RabbitTransport.of(broker.factory())) {
      return transport.inspect(new RoutedTopics(Arrays.asList(topics)));
    }
  }

  private String notFound(String what) {
    return "channel error; protocol method: #method<channel.close>(reply-code=404,"
        + " reply-text=NOT_FOUND - no "
        + what
        + " '"
        + name
        + "' in vhost '/', class-id="
        + (what.equals("queue") ? 50 : 40)
        + ", method-id=10)";
  }
}
