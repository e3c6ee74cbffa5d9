package com.example.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Places one order as a careful client does: a node that cannot be reached has not seen the order,
 * so the next node is asked; when a connection breaks later, nobody but the database knows.
 */
final class Client {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final HttpClient http;
  private final List<URI> nodes;

  Client(HttpClient http, List<URI> nodes) {
    this.http = http;
    this.nodes = nodes;
  }

  /** Places an order; each fifth has a payment that is declined. */
  Placement place(String id, int number) {
    boolean rollback = number % 5 == 3;
    String body =
        "{\"id\":\"%s\",\"customer\":\"customer-%d\",\"cents\":%d}"
            .formatted(id, number % 17, 100 + number * 37 % 9_900);
    Attempts attempts = new Attempts(number);
    Wait.until(CONNECT_LIMIT, PAUSE, () -> attempts.next(body, rollback));
    return new Placement(id, rollback, attempts.answer);
  }

  /** The tries for one order, until a node was reached. */
  private final class Attempts {

    private int node;
    private Placement.Answer answer = Placement.Answer.NONE;

    Attempts(int node) {
      this.node = node;
    }

    boolean next(String body, boolean rollback) throws InterruptedException {
      URI uri = nodes.get(node++ % nodes.size()).resolve("/orders?declined=" + rollback);
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .timeout(Duration.ofSeconds(15))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      try {
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        answer = status == 201 ? Placement.Answer.ACCEPTED : Placement.Answer.REFUSED;
        return true;
      } catch (ConnectException e) {
        return false;
      } catch (IOException e) {
        answer = Placement.Answer.NONE;
        return true;
      }
    }
  }
}
