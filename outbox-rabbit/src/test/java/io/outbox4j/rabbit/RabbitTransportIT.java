package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.TransportContract;
import io.outbox4j.testkit.server.RabbitServer;
import io.outbox4j.testkit.server.Server;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contract on a real broker, and what is RabbitMQ's own. */
final class RabbitTransportIT extends TransportContract {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);

  private final RabbitServer server = SharedServers.rabbit();
  private final Broker broker = new Broker(server);
  private final Queue<String> queues = new ArrayDeque<>();

  @Override
  protected Server broker() {
    return server;
  }

  @Override
  protected Transport createTransport() {
    return RabbitTransport.of(broker.factory(), List.of(), SEND_LIMIT);
  }

  /** Queues are made in stock: to make sure that they outlive a kill takes seconds. */
  @Override
  protected String createDestination() {
    if (queues.isEmpty()) {
      for (int i = 0; i < 30; i++) {
        queues.add(broker.createQueue(Map.of()));
      }
      server.keepDeclarations();
    }
    return queues.remove();
  }

  @Override
  protected List<Arrival> read(String destination) {
    return broker.read(destination).stream().map(Broker::arrival).toList();
  }

  @Override
  protected String missingDestination() {
    return "missing-" + UUID.randomUUID() + "/key";
  }

  @Test
  void aMessageOnTheWireHasTheNamesOfTheBinding() {
    String destination = createDestination();
    OutgoingMessage message =
        MessageDraft.to(destination)
            .key("customer-1")
            .businessId("order-1")
            .headers(Map.of("trace", "t-1"))
            .build();
    try (Transport transport = createTransport()) {
      assertThat(send(transport, message)).isEqualTo(new Acknowledged(null));
    }

    Delivery delivery = broker.read(destination).get(0);
    BasicProperties properties = delivery.getProperties();
    Map<String, String> headers =
        properties.getHeaders().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, header -> header.getValue().toString()));
    assertThat(headers)
        .containsOnly(
            Map.entry("cloudEvents:specversion", "1.0"),
            Map.entry("cloudEvents:id", message.id().toString()),
            Map.entry("cloudEvents:source", "test-kit"),
            Map.entry("cloudEvents:type", "io.outbox4j.test"),
            Map.entry("cloudEvents:time", "2026-01-02T03:04:05.678901Z"),
            Map.entry("cloudEvents:subject", "order-1"),
            Map.entry("cloudEvents:partitionkey", "customer-1"),
            Map.entry("trace", "t-1"));
    assertThat(properties.getMessageId()).isEqualTo(message.id().toString());
    assertThat(properties.getContentType()).isEqualTo("text/plain");
    assertThat(properties.getTimestamp()).isEqualTo(new Date(1_767_323_045_000L));
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
    assertThat(delivery.getBody()).isEqualTo(message.payload());
    assertThat(RabbitMessages.received("points", delivery).messageId())
        .isEqualTo(message.id().toString());
  }

  @Test
  void aTopicIsAnExchangeAndARoutingKey() {
    String red = createDestination();
    String blue = createDestination();
    String exchange = "exchange-" + UUID.randomUUID();
    broker.administer(
        channel -> {
          channel.exchangeDeclare(exchange, "direct");
          channel.queueBind(Broker.queue(red), exchange, "colour/red");
          channel.queueBind(Broker.queue(blue), exchange, "colour/blue");
        });
    try (Transport transport = createTransport()) {
      OutgoingMessage message = MessageDraft.to(exchange + "/colour/blue").build();
      assertThat(send(transport, message)).isInstanceOf(Acknowledged.class);
    }

    assertThat(read(red)).isEmpty();
    assertThat(read(blue)).hasSize(1);
  }

  @Test
  void manyExchangesInOneBatch() {
    String queue = createDestination();
    List<OutgoingMessage> batch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String exchange = broker.createExchange(queue);
      batch.add(MessageDraft.to(exchange + "/").build());
      batch.add(MessageDraft.to(exchange + "/").build());
    }

    Map<UUID, SendResult> results = new ConcurrentHashMap<>();
    try (Transport transport = createTransport()) {
      transport.send(batch, (message, result) -> results.put(message.id(), result));
    }

    assertThat(results).hasSize(80);
    assertThat(results.values()).allMatch(Acknowledged.class::isInstance);
    assertThat(read(queue)).hasSize(80);
  }

  @Test
  void theApplicationsFactoryIsLeftAsItWas() {
    var factory = broker.factory();
    try (Transport transport = RabbitTransport.of(factory)) {
      assertThat(send(transport, MessageDraft.to(createDestination()).build()))
          .isInstanceOf(Acknowledged.class);
    }

    assertThat(factory.isAutomaticRecoveryEnabled()).isTrue();
    assertThat(factory.getChannelRpcTimeout()).isEqualTo(600_000);
    assertThat(factory.getConnectionTimeout()).isEqualTo(60_000);
  }

  private static SendResult send(Transport transport, OutgoingMessage message) {
    List<SendResult> results = new ArrayList<>();
    transport.send(List.of(message), (sent, result) -> results.add(result));
    assertThat(results).hasSize(1);
    return results.get(0);
  }
}
