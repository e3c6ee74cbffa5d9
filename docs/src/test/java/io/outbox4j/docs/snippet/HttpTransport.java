package io.outbox4j.docs.snippet;

// snippet: class
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts each message to {@code base + topic}, as a CloudEvent in binary mode. Messages of one key
 * go one after the other, all others at once.
 */
public final class HttpTransport implements Transport {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();

  public HttpTransport(URI base) {
    this.base = base;
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    long end = System.nanoTime() + ANSWER_WITHIN.toNanos();
    Map<String, CompletableFuture<?>> lines = new HashMap<>();
    for (OutgoingMessage message : batch) {
      String line = message.key() == null ? message.id().toString() : message.key();
      CompletableFuture<?> before =
          lines.getOrDefault(line, CompletableFuture.completedFuture(null));
      lines.put(line, before.thenCompose(done -> post(message, end, results)));
    }
  }

  private CompletableFuture<?> post(
      OutgoingMessage message, long end, BiConsumer<OutgoingMessage, SendResult> results) {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    if (left.isNegative() || left.isZero()) {
      results.accept(message, SendResult.transportUnavailable(false, "no time left"));
      return CompletableFuture.completedFuture(null);
    }
    return client
        .sendAsync(request(message, left), BodyHandlers.discarding())
        .handle(
            (answer, error) -> {
              results.accept(message, result(answer, error));
              return null;
            });
  }

  /** A little more than a request may take: the engine gives up on messages after it. */
  @Override
  public Duration sendLimit() {
    return ANSWER_WITHIN.plusSeconds(5);
  }

  /** What can be known now is the publisher's error, and never becomes a dead message. */
  @Override
  public void vet(OutgoingMessage message) {
    try {
      request(message, ANSWER_WITHIN);
    } catch (IllegalArgumentException e) {
      throw new MessageRefusedException("topic or headers", "can't be carried by HTTP");
    }
  }

  private HttpRequest request(OutgoingMessage message, Duration left) {
    byte[] payload = message.payload();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(message.topic()))
            .timeout(left)
            .POST(payload == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(payload));
    message.headers().forEach((name, value) -> request.setHeader("x-" + name, encode(value)));
    CloudEvent.attributes(message)
        .forEach((name, value) -> request.setHeader("ce-" + name, encode(value)));
    if (message.contentType() != null) {
      request.setHeader("content-type", message.contentType());
    }
    return request.build();
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static SendResult result(@Nullable HttpResponse<?> answer, @Nullable Throwable error) {
    if (answer == null) {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      return SendResult.transportUnavailable(!(cause instanceof ConnectException), "no answer");
    }
    int status = answer.statusCode();
    String reason = "HTTP status " + status;
    return switch (status) {
      case 200, 201, 202, 204 -> SendResult.acknowledged(null);
      case 400, 413, 415, 422 -> SendResult.rejected(reason);
      case 401, 403, 404, 410 -> SendResult.destinationUnavailable(false, reason);
      default -> SendResult.transportUnavailable(true, reason);
    };
  }
}
// end
