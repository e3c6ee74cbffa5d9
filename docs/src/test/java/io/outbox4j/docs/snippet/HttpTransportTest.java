package io.outbox4j.docs.snippet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTransportTest {

  private record Received(String path, Map<String, String> headers, String body) {}

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private volatile int status = 204;
  private HttpServer server;
  private HttpTransport transport;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new LinkedHashMap<>();
          exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          received.add(new Received(exchange.getRequestURI().getPath(), headers, body));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.setExecutor(workers);
    server.start();
    transport =
        new HttpTransport(
            URI.create("http://127.0.0.1:%d/in/".formatted(server.getAddress().getPort())));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    workers.shutdownNow();
  }

  @Test
  void carriesTheMessageAsACloudEvent() throws Exception {
    OutgoingMessage message = message("orders", Map.of("trace", "a b"));

    assertThat(send(message)).isEqualTo(SendResult.acknowledged(null));

    Received post = received.poll(10, TimeUnit.SECONDS);
    assertThat(post.path()).isEqualTo("/in/orders");
    assertThat(post.body()).isEqualTo("{}");
    assertThat(post.headers())
        .containsEntry("Ce-id", message.id().toString())
        .containsEntry("Ce-specversion", "1.0")
        .containsEntry("Ce-type", "order.created")
        .containsEntry("Content-type", "application/json")
        .containsEntry("X-trace", "a%20b");
  }

  @ParameterizedTest
  @CsvSource({"404, DESTINATION, false", "503, TRANSPORT, true"})
  void tellsWhatIsUnavailable(int answer, Scope scope, boolean mayHaveArrived) throws Exception {
    status = answer;

    assertThat(send(message("orders", Map.of())))
        .isEqualTo(new SendResult.Unavailable(scope, mayHaveArrived, "HTTP status " + answer));
  }

  @Test
  void tellsWhatIsRejected() throws Exception {
    status = 413;

    assertThat(send(message("orders", Map.of()))).isEqualTo(SendResult.rejected("HTTP status 413"));
  }

  @Test
  void aServerThatIsAwayIsUnavailable() throws Exception {
    server.stop(0);

    assertThat(send(message("orders", Map.of())))
        .isInstanceOfSatisfying(
            SendResult.Unavailable.class,
            result -> {
              assertThat(result.scope()).isEqualTo(Scope.TRANSPORT);
              assertThat(result.mayHaveArrived()).isFalse();
            });
  }

  @Test
  void messagesOfOneKeyArriveInTheOrderOfTheBatch() throws Exception {
    List<OutgoingMessage> batch =
        IntStream.range(0, 50).mapToObj(i -> message("order-" + i, Map.of())).toList();
    CountDownLatch open = new CountDownLatch(batch.size());

    transport.send(batch, (message, result) -> open.countDown());

    assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(received)
        .extracting(Received::path)
        .containsExactlyElementsOf(batch.stream().map(m -> "/in/" + m.topic()).toList());
  }

  @Test
  void refusesWhatHttpCannotCarry() {
    assertThatThrownBy(() -> transport.vet(message("orders", Map.of("a b", "value"))))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageNotContaining("value");
  }

  private SendResult send(OutgoingMessage message) throws Exception {
    CompletableFuture<SendResult> result = new CompletableFuture<>();
    transport.send(List.of(message), (sent, outcome) -> result.complete(outcome));
    return result.get(20, TimeUnit.SECONDS);
  }

  private static OutgoingMessage message(String topic, Map<String, String> headers) {
    return new OutgoingMessage(
        UUID.randomUUID(),
        "shop",
        topic,
        "customer-1",
        null,
        null,
        "order.created",
        "application/json",
        headers,
        "{}".getBytes(UTF_8),
        Instant.EPOCH);
  }
}
