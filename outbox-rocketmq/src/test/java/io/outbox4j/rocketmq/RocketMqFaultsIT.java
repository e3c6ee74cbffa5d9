package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Faults of the network, the name server and the disk, on a broker that makes missing topics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RocketMqFaultsIT {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RocketMqServer server =
      RocketMqServer.behindProxy(Map.of("autoCreateTopicEnable", "true"));
  private final Broker broker = new Broker(server);

  @BeforeAll
  void startServer() {
    server.start();
  }

  @AfterAll
  void closeServer() {
    broker.close();
    server.close();
  }

  @BeforeEach
  void heal() {
    server.proxy().heal();
    server.nameServer().thaw();
    server.nameServer().start();
    // A name server that was away has no broker before the broker tells it again.
    broker.createTopic(1);
  }

  @Test
  void aTopicIsMadeWhereBrokersDoSo() {
    String topic = "made-" + UUID.randomUUID();
    try (Transport transport = transport()) {
      assertThat(send(transport, message(topic))).isInstanceOf(Acknowledged.class);
      assertThat(broker.read(topic)).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsLostLeavesTheMessageInDoubt() {
    String topic = broker.createTopic(1);
    try (Transport transport = transport()) {
      assertThat(send(transport, message(topic))).isInstanceOf(Acknowledged.class);
      server.proxy().stall(Direction.TO_CLIENT);

      assertUnavailable(send(transport, message(topic)), Scope.TRANSPORT, true);

      server.proxy().heal();
      assertThat(broker.read(topic)).hasSize(2);
    }
  }

  @Test
  void aBrokerThatTakesNoConnectionKeepsNothing() {
    String topic = broker.createTopic(1);
    try (Transport transport = transport()) {
      assertThat(send(transport, message(topic))).isInstanceOf(Acknowledged.class);
      server.proxy().down();
      // The first one may meet the end of the old connection.
      send(transport, message(topic));

      assertUnavailable(send(transport, message(topic)), Scope.TRANSPORT, false);

      server.proxy().heal();
      await().atMost(LIMIT).until(() -> send(transport, message(topic)) instanceof Acknowledged);
    }
  }

  @Test
  void aConnectionThatIsCutIsMadeAgain() {
    String topic = broker.createTopic(1);
    try (Transport transport = transport()) {
      assertThat(send(transport, message(topic))).isInstanceOf(Acknowledged.class);
      server.proxy().cut();

      await().atMost(LIMIT).until(() -> send(transport, message(topic)) instanceof Acknowledged);
    }
  }

  @Test
  void knownTopicsNeedNoNameServer() {
    String known = broker.createTopic(1);
    try (Transport transport = transport()) {
      assertThat(send(transport, message(known))).isInstanceOf(Acknowledged.class);
      server.nameServer().kill();

      assertThat(send(transport, message(known))).isInstanceOf(Acknowledged.class);
      assertUnavailable(send(transport, message("unknown")), Scope.TRANSPORT, false);
    } finally {
      server.nameServer().start();
    }
    try (Transport transport = transport()) {
      await().atMost(LIMIT).until(() -> send(transport, message(known)) instanceof Acknowledged);
    }
  }

  @Test
  void aSlowLookUpDelaysNoOtherTopic() {
    String known = broker.createTopic(1);
    try (Transport transport = transport()) {
      assertThat(send(transport, message(known))).isInstanceOf(Acknowledged.class);
      server.nameServer().freeze();
      OutgoingMessage slow = message("slow-" + UUID.randomUUID());
      OutgoingMessage good = message(known);
      Map<UUID, Long> times = new ConcurrentHashMap<>();
      Map<UUID, SendResult> results = new ConcurrentHashMap<>();
      long start = System.nanoTime();

      transport.send(
          List.of(slow, good),
          (message, result) -> {
            times.put(message.id(), System.nanoTime() - start);
            results.put(message.id(), result);
          });

      assertThat(results.get(good.id())).isInstanceOf(Acknowledged.class);
      assertUnavailable(results.get(slow.id()), Scope.TRANSPORT, false);
      assertThat(times.get(slow.id())).isLessThan(SEND_LIMIT.toNanos());
      assertThat(times.get(good.id())).isLessThan(times.get(slow.id()) / 2);
    }
  }

  @Test
  void aMessageThatIsNotYetOnTheDiskIsNotAcknowledged() {
    String topic = broker.createTopic(1);
    broker.configure(Map.of("syncFlushTimeout", "0"));
    try (Transport transport = transport()) {
      // A disk that is fast enough wins at times.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  send(transport, message(topic)) instanceof Unavailable unavailable
                      && unavailable.scope() == Scope.DESTINATION
                      && unavailable.mayHaveArrived()
                      && unavailable.reason().equals("FLUSH_DISK_TIMEOUT"));
      broker.configure(Map.of("syncFlushTimeout", "5000"));

      assertThat(send(transport, message(topic))).isInstanceOf(Acknowledged.class);
      assertThat(broker.read(topic)).hasSizeGreaterThan(1);
    }
  }

  private Transport transport() {
    Transport transport = RocketMqTransport.of(broker::producer, SEND_LIMIT);
    transport.start();
    return transport;
  }

  private static OutgoingMessage message(String topic) {
    return MessageDraft.to(topic).build();
  }

  private static SendResult send(Transport transport, OutgoingMessage message) {
    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    transport.send(List.of(message), (sent, result) -> results.put(sent.id(), result));
    assertThat(results).hasSize(1);
    return results.get(message.id());
  }

  private static void assertUnavailable(SendResult result, Scope scope, boolean mayHaveArrived) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.scope()).as(unavailable.reason()).isEqualTo(scope);
              assertThat(unavailable.mayHaveArrived())
                  .as(unavailable.reason())
                  .isEqualTo(mayHaveArrived);
            });
  }
}
