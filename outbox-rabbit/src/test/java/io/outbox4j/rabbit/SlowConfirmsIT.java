package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue that confirms nothing, as a quorum queue without a majority, and all others do. */
final class SlowConfirmsIT {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);
  private static final SendResult NO_CONFIRM =
      SendResult.destinationUnavailable(true, "no confirm, while the broker answers");
  private static final SendResult HELD_UP =
      SendResult.transportUnavailable(false, "held up by other messages");

  private final RabbitServer server = SharedServers.rabbit();
  private final Broker broker = new Broker(server);
  private final String slow = broker.createQueue(Map.of());
  private final String quick = broker.createQueue(Map.of());
  private final String exchange = createExchange();
  private final Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
  private final Map<OutgoingMessage, Duration> times = new ConcurrentHashMap<>();
  private final List<OutgoingMessage> order = new ArrayList<>();

  @BeforeEach
  void suspendQueue() {
    queueProcess("suspend");
  }

  @AfterEach
  void resumeQueue() {
    queueProcess("resume");
  }

  @Test
  void aSlowConfirmDelaysNoMessageToAnotherExchange() {
    OutgoingMessage late = MessageDraft.to(slow).build();
    List<OutgoingMessage> others = messages(quick, 50);

    send(Stream.concat(Stream.of(late), others.stream()).toList());

    assertAcknowledged(others);
    assertThat(others)
        .allSatisfy(message -> assertThat(times.get(message)).isLessThan(SEND_LIMIT.dividedBy(2)));
    assertThat(results.get(late)).isEqualTo(NO_CONFIRM);
    assertThat(times.get(late)).isLessThan(SEND_LIMIT);
  }

  @Test
  void slowFirstConfirmsOfAnExchangeAreOvertaken() {
    List<OutgoingMessage> late = messages(exchange + "/slow", 3);
    List<OutgoingMessage> others = messages(exchange + "/quick", 20);

    send(Stream.concat(late.stream(), others.stream()).toList());

    assertAcknowledged(others);
    assertThat(late).allSatisfy(each -> assertThat(results.get(each)).isEqualTo(NO_CONFIRM));
  }

  @Test
  void slowConfirmsOfLargeMessagesAreOvertaken() {
    List<OutgoingMessage> late =
        Stream.generate(
                () -> MessageDraft.to(exchange + "/slow").payload(new byte[100_000]).build())
            .limit(3)
            .toList();
    OutgoingMessage other = MessageDraft.to(exchange + "/quick").payload(new byte[100_000]).build();

    send(Stream.concat(late.stream(), Stream.of(other)).toList());

    assertAcknowledged(List.of(other));
    assertThat(late).allSatisfy(each -> assertThat(results.get(each)).isEqualTo(NO_CONFIRM));
  }

  @Test
  void slowExchangesHoldUpNoOthers() {
    List<OutgoingMessage> late =
        Stream.generate(() -> MessageDraft.to(createExchange() + "/slow").build())
            .limit(20)
            .toList();
    OutgoingMessage other = MessageDraft.to(exchange + "/quick").build();

    send(Stream.concat(late.stream(), Stream.of(other)).toList());

    assertAcknowledged(List.of(other));
    assertThat(late).allSatisfy(each -> assertThat(results.get(each)).isEqualTo(NO_CONFIRM));
  }

  @Test
  void aMessageBehindALateOneOfItsKeyIsNotHandedOverAndBlamesNobody() {
    OutgoingMessage late = MessageDraft.to(exchange + "/slow").key("a").build();
    OutgoingMessage next = MessageDraft.to(exchange + "/quick").key("a").build();
    OutgoingMessage other = MessageDraft.to(exchange + "/quick").key("b").build();

    send(List.of(late, next, other));

    assertThat(results.get(other)).isInstanceOf(Acknowledged.class);
    assertThat(results.get(late)).isEqualTo(NO_CONFIRM);
    assertThat(results.get(next)).isEqualTo(HELD_UP);
    assertThat(order).as("a sign of life comes first").containsExactly(other, late, next);
    assertThat(broker.read(quick)).hasSize(1);
  }

  private String createExchange() {
    String name = "slow-" + UUID.randomUUID();
    broker.administer(
        channel -> {
          channel.exchangeDeclare(name, "direct");
          channel.queueBind(Broker.queue(slow), name, "slow");
          channel.queueBind(Broker.queue(quick), name, "quick");
        });
    return name;
  }

  /** Stops the slow queue's process within the broker, or lets it go on. */
  private void queueProcess(String what) {
    server.control(
        "eval",
        "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\""
            + Broker.queue(slow)
            + "\">>)), sys:"
            + what
            + "(amqqueue:get_pid(Q)).");
  }

  private void send(List<OutgoingMessage> batch) {
    try (Transport transport = RabbitTransport.of(broker.factory(), List.of(), SEND_LIMIT)) {
      long start = System.nanoTime();
      transport.send(
          batch,
          (message, result) -> {
            results.put(message, result);
            times.put(message, Duration.ofNanos(System.nanoTime() - start));
            synchronized (order) {
              order.add(message);
            }
          });
    }
  }

  private static List<OutgoingMessage> messages(String topic, int count) {
    return Stream.generate(() -> MessageDraft.to(topic).build()).limit(count).toList();
  }

  private void assertAcknowledged(List<OutgoingMessage> messages) {
    assertThat(messages)
        .allSatisfy(message -> assertThat(results.get(message)).isInstanceOf(Acknowledged.class));
  }
}
