package com.example.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.TransportContract;
import io.outbox4j.testkit.server.Server;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on a real server, and what is Redis's own. */
final class RedisStreamsTransportIT extends TransportContract {

  private static final int LARGEST = 1 << 20;

  // snippet: contract
  private final RedisServer server = new RedisServer();
  private final Streams streams = new Streams(server.uri());

  @Override
  protected Server broker() {
    return server;
  }

  @Override
  protected Transport createTransport() {
    return new RedisStreamsTransport(server.uri(), LARGEST);
  }

  @Override
  protected String createDestination() {
    return streams.create("stream-" + UUID.randomUUID());
  }

  @Override
  protected List<Arrival> read(String destination) {
    return streams.read(destination);
  }

  @Override
  protected int largestPayload() {
    return LARGEST;
  }

  @AfterAll
  void end() {
    streams.close();
    server.close();
  }

  // end

  @Test
  void thePlaceIsTheEntrysId() {
    String stream = createDestination();

    SendResult result = send(MessageDraft.to(stream).build());

    assertThat(result).isEqualTo(new Acknowledged(streams.lastId(stream)));
  }

  @Test
  void aStreamThatIsMissingIsNotMade() {
    String stream = missingDestination();

    assertThat(send(MessageDraft.to(stream).build()))
        .isEqualTo(SendResult.destinationUnavailable(false, "no such stream"));
    streams.create(stream);
    assertThat(send(MessageDraft.to(stream).build())).isInstanceOf(Acknowledged.class);
  }

  @Test
  void aKeyThatIsNoStreamIsTheDestinationsFault() {
    String text = "text-" + UUID.randomUUID();
    streams.command(redis -> redis.set(text, new byte[0]));

    assertThat(send(MessageDraft.to(text).build()))
        .isEqualTo(SendResult.destinationUnavailable(false, "WRONGTYPE"));
  }

  @Test
  void aServerWithoutMemoryIsUnavailable() {
    String stream = createDestination();
    streams.command(redis -> redis.configSet("maxmemory", "1"));
    try {
      assertThat(send(MessageDraft.to(stream).build()))
          .isEqualTo(SendResult.transportUnavailable(false, "OOM"));
    } finally {
      streams.command(redis -> redis.configSet("maxmemory", "0"));
    }
  }

  @Test
  void closingEndsTheConnecting() {
    server.freeze();
    Transport transport = createTransport();
    CompletableFuture<SendResult> answer = new CompletableFuture<>();
    List<OutgoingMessage> batch = List.of(MessageDraft.to("stream").build());
    Thread sender =
        new Thread(() -> transport.send(batch, (sent, result) -> answer.complete(result)));
    sender.start();
    await().until(() -> sender.getState() == Thread.State.WAITING);

    transport.close();

    assertThat(answer)
        .succeedsWithin(Duration.ofSeconds(10))
        .isEqualTo(SendResult.transportUnavailable(false, "no connection"));
  }

  @Test
  void whatIsTooLargeIsRefusedAtPublish() {
    try (Transport transport = createTransport()) {
      transport.vet(MessageDraft.to("stream").payload(new byte[LARGEST - 1024]).build());
      assertThatThrownBy(
              () -> transport.vet(MessageDraft.to("stream").payload(new byte[LARGEST]).build()))
          .isInstanceOf(MessageRefusedException.class);
      Map<String, String> headers = Map.of("large", "x".repeat(LARGEST));
      assertThatThrownBy(() -> transport.vet(MessageDraft.to("s").headers(headers).build()))
          .isInstanceOf(MessageRefusedException.class);
    }
  }

  private SendResult send(OutgoingMessage message) {
    CompletableFuture<SendResult> answer = new CompletableFuture<>();
    try (Transport transport = createTransport()) {
      transport.send(List.of(message), (sent, result) -> answer.complete(result));
      return answer.join();
    }
  }
}
