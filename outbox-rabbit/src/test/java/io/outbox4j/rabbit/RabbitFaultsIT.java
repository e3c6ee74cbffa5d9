package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.TcpProxy;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Faults of one destination, of the broker and of the network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RabbitFaultsIT {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);

  /** Less than what the transport believes any broker to take. */
  private static final int LARGEST = 20_000;

  private RabbitServer server;
  private Broker broker;
  private TcpProxy proxy;

  @BeforeAll
  void startServer() {
    server = new RabbitServer(Map.of("max_message_size", "" + LARGEST));
    server.start();
    broker = new Broker(server);
    proxy = TcpProxy.before(server.address());
  }

  @AfterAll
  void closeServer() {
    proxy.close();
    server.close();
  }

  @AfterEach
  void noThreadIsLeft() {
    proxy.heal();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("outbox-rabbit"))
                    .noneMatch(name -> name.startsWith("AMQP Connection")));
  }

  @Test
  void aMessageThatNoQueueGetsIsTheDestinationsFault() {
    String queue = broker.createQueue(Map.of());
    String exchange = "unbound-" + UUID.randomUUID();
    broker.administer(channel -> channel.exchangeDeclare(exchange, "topic"));
    OutgoingMessage unbound = MessageDraft.to(exchange + "/key").build();
    OutgoingMessage noQueue = MessageDraft.to("/missing-" + UUID.randomUUID()).build();
    OutgoingMessage good = MessageDraft.to(queue).build();
    try (Transport transport = transport()) {
      Map<OutgoingMessage, SendResult> results = send(transport, unbound, noQueue, good);

      SendResult noRoute = SendResult.destinationUnavailable(false, "312 NO_ROUTE");
      assertThat(results.get(unbound)).isEqualTo(noRoute);
      assertThat(results.get(noQueue)).isEqualTo(noRoute);
      assertThat(results.get(good)).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void aQueueThatIsFullIsTheDestinationsFault() {
    String full = broker.createQueue(Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    String other = broker.createQueue(Map.of());
    OutgoingMessage good = MessageDraft.to(other).build();
    OutgoingMessage bad = MessageDraft.to(full).build();
    try (Transport transport = transport()) {
      // The queue says that it is full a moment after it has become so.
      await()
          .untilAsserted(
              () ->
                  assertThat(send(transport, bad).get(bad))
                      .isEqualTo(SendResult.destinationUnavailable(true, "nack")));

      Map<OutgoingMessage, SendResult> results = send(transport, bad, good);

      assertThat(results.get(bad)).isInstanceOf(Unavailable.class);
      assertThat(results.get(good)).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void anExchangeThatIsMissingTakesNothingElseAlong() {
    String queue = broker.createQueue(Map.of());
    String missing = "missing-" + UUID.randomUUID();
    List<OutgoingMessage> bad = messages(missing + "/", 20);
    List<OutgoingMessage> good = messages(queue, 20);
    try (Transport transport = transport()) {
      Map<OutgoingMessage, SendResult> results = send(transport, mixed(bad, good));

      SendResult notFound = SendResult.destinationUnavailable(false, "404 NOT_FOUND");
      assertThat(bad).allSatisfy(message -> assertThat(results.get(message)).isEqualTo(notFound));
      assertAcknowledged(good, results);
      assertThat(broker.read(queue)).hasSize(20);

      broker.administer(
          channel -> {
            channel.exchangeDeclare(missing, "fanout");
            channel.queueBind(Broker.queue(queue), missing, "");
          });
      assertAcknowledged(bad, send(transport, bad.toArray(OutgoingMessage[]::new)));
    }
  }

  @Test
  void anExchangeThatIsDeletedMeanwhileTakesNothingElseAlong() {
    String queue = broker.createQueue(Map.of());
    String exchange = broker.createExchange(queue);
    String other = broker.createExchange(queue);
    List<OutgoingMessage> bad = messages(exchange + "/", 20);
    List<OutgoingMessage> good = messages(other + "/", 20);
    try (Transport transport = transport()) {
      OutgoingMessage first = MessageDraft.to(exchange + "/").build();
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);
      broker.administer(channel -> channel.exchangeDelete(exchange));

      Map<OutgoingMessage, SendResult> results = send(transport, mixed(bad, good));

      assertThat(bad)
          .allSatisfy(
              message ->
                  assertUnavailable(results.get(message), Scope.DESTINATION, "404 NOT_FOUND"));
      assertAcknowledged(good, results);
    }
  }

  @Test
  void anExchangeWithoutPermissionIsTheDestinationsFault() {
    String queue = broker.createQueue(Map.of());
    String exchange = broker.createExchange(queue);
    server.control("add_user", "writer", "writer");
    server.control("set_permissions", "writer", "", "^amq\\.default$", "");
    List<OutgoingMessage> bad = messages(exchange + "/", 5);
    List<OutgoingMessage> good = messages(queue, 20);
    try (Transport transport = transport(user("writer"))) {
      Map<OutgoingMessage, SendResult> results = send(transport, mixed(bad, good));

      SendResult refused = SendResult.destinationUnavailable(false, "403 ACCESS_REFUSED");
      assertThat(bad).allSatisfy(message -> assertThat(results.get(message)).isEqualTo(refused));
      assertAcknowledged(good, results);
    }
  }

  @Test
  void aRoutingKeyWithoutPermissionTakesNoOtherOfItsExchangeAlong() {
    String queue = broker.createQueue(Map.of());
    String exchange = "topics-" + UUID.randomUUID();
    broker.administer(
        channel -> {
          channel.exchangeDeclare(exchange, "topic");
          channel.queueBind(Broker.queue(queue), exchange, "#");
        });
    server.control("add_user", "narrow", "narrow");
    server.control("set_permissions", "narrow", "", ".*", "");
    server.control("set_topic_permissions", "narrow", exchange, "^good", "");
    OutgoingMessage first = MessageDraft.to(exchange + "/good").build();
    List<OutgoingMessage> good = messages(exchange + "/good", 20);
    List<OutgoingMessage> bad = messages(exchange + "/bad", 20);
    try (Transport transport = transport(user("narrow"))) {
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);

      Map<OutgoingMessage, SendResult> results = send(transport, mixed(good, bad));

      assertAcknowledged(good, results);
      assertThat(bad)
          .allSatisfy(
              message ->
                  assertUnavailable(results.get(message), Scope.DESTINATION, "403 ACCESS_REFUSED"));
    }
  }

  @Test
  void aLimitThatNobodyExpectsIsFoundOut() {
    String queue = broker.createQueue(Map.of());
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int size = i % 10 == 3 ? LARGEST + i : LARGEST - i;
      batch.add(MessageDraft.to(queue).payload(new byte[size]).build());
    }
    try (Transport transport = transport()) {
      Map<OutgoingMessage, SendResult> results =
          send(transport, batch.toArray(OutgoingMessage[]::new));

      for (OutgoingMessage message : batch) {
        if (message.payload().length > LARGEST) {
          assertThat(results.get(message))
              .isEqualTo(new Rejected("PRECONDITION_FAILED", "406 PRECONDITION_FAILED"));
        } else {
          assertThat(results.get(message)).isInstanceOf(Acknowledged.class);
        }
      }
    }
  }

  @Test
  void aBlockedConnectionIsTheTransportsFaultUntilTheAlarmIsOver() {
    String queue = broker.createQueue(Map.of());
    OutgoingMessage message = MessageDraft.to(queue).build();
    try (Transport transport = transport()) {
      assertThat(send(transport, message).get(message)).isInstanceOf(Acknowledged.class);
      server.control("set_vm_memory_high_watermark", "0.000001");
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(send(transport, message).get(message))
                        .isEqualTo(SendResult.transportUnavailable(false, "connection blocked")));
        long start = System.nanoTime();
        send(transport, message);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as("without waiting for the limit")
            .isLessThan(transport.sendLimit());
      } finally {
        server.control("set_vm_memory_high_watermark", "0.4");
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> send(transport, message).get(message) instanceof Acknowledged);
    }
  }

  @Test
  void aConnectionThatIsCutIsTheTransportsFaultAndMadeAgain() {
    String queue = broker.createQueue(Map.of());
    OutgoingMessage message = MessageDraft.to(queue).build();
    try (Transport transport = transport(Broker.factory(proxy.address()))) {
      assertThat(send(transport, message).get(message)).isInstanceOf(Acknowledged.class);

      proxy.cutAtNext(Direction.TO_CLIENT);
      SendResult result = send(transport, message).get(message);

      assertUnavailable(result, Scope.TRANSPORT, "connection lost");
      assertThat(((Unavailable) result).mayHaveArrived()).isTrue();
      assertThat(send(transport, message).get(message)).isInstanceOf(Acknowledged.class);
    }
  }

  @Test
  void aConfirmThatIsLostMayHaveArrived() {
    String queue = broker.createQueue(Map.of());
    OutgoingMessage message = MessageDraft.to(queue).build();
    try (Transport transport = transport(Broker.factory(proxy.address()))) {
      assertThat(send(transport, message).get(message)).isInstanceOf(Acknowledged.class);

      proxy.swallow(Direction.TO_CLIENT);
      SendResult result = send(transport, message).get(message);

      assertThat(result)
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable -> {
                assertThat(unavailable.scope()).isEqualTo(Scope.TRANSPORT);
                assertThat(unavailable.mayHaveArrived()).isTrue();
              });
      assertThat(broker.read(queue)).hasSize(2);
      proxy.heal();
      await().until(() -> send(transport, message).get(message) instanceof Acknowledged);
    }
  }

  @Test
  void aWriteThatIsStuckHoldsNobody() {
    String queue = broker.createQueue(Map.of());
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      batch.add(MessageDraft.to(queue).payload(new byte[LARGEST]).build());
    }
    try (Transport transport = transport(Broker.factory(proxy.address()))) {
      OutgoingMessage first = batch.get(0);
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);
      proxy.stall(Direction.TO_SERVER);
      long start = System.nanoTime();

      Map<OutgoingMessage, SendResult> results =
          send(transport, batch.toArray(OutgoingMessage[]::new));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SEND_LIMIT);
      assertThat(results).hasSize(batch.size());
      assertThat(results.values())
          .allSatisfy(
              result -> assertThat(((Unavailable) result).scope()).isEqualTo(Scope.TRANSPORT));
      assertThat(results.values())
          .anySatisfy(result -> assertThat(((Unavailable) result).mayHaveArrived()).isFalse());
      await().until(() -> !isAnybodyWriting());
      proxy.heal();
      await().until(() -> send(transport, first).get(first) instanceof Acknowledged);
    }
  }

  private static boolean isAnybodyWriting() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(frame -> frame.getClassName().equals(Lane.class.getName()));
  }

  private Transport transport() {
    return transport(broker.factory());
  }

  private static Transport transport(ConnectionFactory factory) {
    Transport transport = RabbitTransport.of(factory, List.of(), SEND_LIMIT);
    transport.start();
    return transport;
  }

  private ConnectionFactory user(String name) {
    ConnectionFactory factory = broker.factory();
    factory.setUsername(name);
    factory.setPassword(name);
    return factory;
  }

  private static List<OutgoingMessage> messages(String topic, int count) {
    return Stream.generate(() -> MessageDraft.to(topic).build()).limit(count).toList();
  }

  /** One of each in turn, as long as there are both. */
  private static OutgoingMessage[] mixed(List<OutgoingMessage> some, List<OutgoingMessage> others) {
    List<OutgoingMessage> mixed = new ArrayList<>();
    for (int i = 0; i < Math.max(some.size(), others.size()); i++) {
      mixed.addAll(some.subList(Math.min(i, some.size()), Math.min(i + 1, some.size())));
      mixed.addAll(others.subList(Math.min(i, others.size()), Math.min(i + 1, others.size())));
    }
    return mixed.toArray(OutgoingMessage[]::new);
  }

  private static Map<OutgoingMessage, SendResult> send(
      Transport transport, OutgoingMessage... batch) {
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    transport.send(List.of(batch), results::put);
    return results;
  }

  private static void assertAcknowledged(
      List<OutgoingMessage> messages, Map<OutgoingMessage, SendResult> results) {
    assertThat(messages)
        .allSatisfy(message -> assertThat(results.get(message)).isInstanceOf(Acknowledged.class));
  }

  private static void assertUnavailable(SendResult result, Scope scope, String reason) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.scope()).isEqualTo(scope);
              assertThat(unavailable.reason()).startsWith(reason);
            });
  }
}
