package io.outbox4j.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the exchanges and queues that topics name, on a connection of its own. AMQP has no
 * request for what something is; it is read from the {@linkplain Refusal refusal} of a declaration
 * that nothing can satisfy, neither what is there nor a new one:
 *
 * <ul>
 *   <li>an exchange with an {@code alternate-exchange} that is a number. If there is none, the
 *       broker refuses the number; else it refuses what differs from the exchange that is there.
 *   <li>a queue of a type that doesn't exist, likewise.
 * </ul>
 *
 * <p>The broker looks the name up and checks the arguments in one request. So nothing is created
 * also when the exchange or queue is deleted in this moment. That is so since RabbitMQ 3.8; {@link
 * BrokerVersion others} are not asked.
 */
final class Inspection {

  /** A declaration of a name with some properties, which the broker refuses. */
  @FunctionalInterface
  private interface Attempt {

    void declare(Channel channel, String name, Map<String, Object> properties) throws IOException;
  }

  private static final Logger log = LoggerFactory.getLogger(RabbitTransport.class);
  private static final String NO_QUEUE_TYPE = "none-of-outbox4j";

  /** An argument, or property, for each of which something may differ before the one wanted. */
  private static final int MOST_ATTEMPTS = 12;

  private static final URI QUORUM_PAGE = URI.create("https://www.rabbitmq.com/docs/quorum-queues");
  private static final URI DURABLE_PAGE =
      URI.create("https://www.rabbitmq.com/docs/queues#durability");
  private static final URI EXCHANGE_PAGE = URI.create("https://www.rabbitmq.com/docs/exchanges");
  private static final String AS_QUORUM = "declare it anew as a quorum queue (x-queue-type=quorum)";

  private final Connection connection;
  private final long end;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Unseen> unseen = new ArrayList<>();

  /**
   * A look.
   *
   * @param end when to ask no more, by the monotonic clock
   */
  Inspection(Connection connection, long end) {
    this.connection = connection;
    this.end = end;
  }

  /** Looks. */
  static SafetyReport of(Links links, RoutedTopics topics, Times times) {
    Set<String> exchanges = new LinkedHashSet<>();
    Set<String> queues = new LinkedHashSet<>();
    List<Unseen> nameless = new ArrayList<>();
    sort(topics, exchanges, queues, nameless);
    if (exchanges.isEmpty() && queues.isEmpty()) {
      return new SafetyReport(List.of(), nameless);
    }
    // The clock starts before connecting, which counts too.
    long end = System.nanoTime() + times.inspectFor().toNanos();
    try {
      return links.apart(
          connection -> {
            Inspection inspection = new Inspection(connection, end);
            inspection.look(exchanges, queues);
            inspection.unseen.addAll(nameless);
            return inspection.report();
          });
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return SafetyReport.unseen(
          "all", "no connection: " + Trouble.name(cause == null ? e : cause));
    } catch (TimeoutException e) {
      return SafetyReport.unseen("all", "no answer in time");
    } catch (RejectedExecutionException e) {
      return SafetyReport.unseen("all", Trouble.CLOSED.words);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SafetyReport.unseen("all", "the thread that looks was interrupted");
    }
  }

  void look(Set<String> exchanges, Set<String> queues) {
    if (!BrokerVersion.of(connection.getServerProperties()).refusesUnknownQueueTypes()) {
      unseen.add(new Unseen("all", "the broker is not a RabbitMQ 3.8 or newer"));
      return;
    }
    exchanges.forEach(this::lookAtExchange);
    queues.forEach(this::lookAtQueue);
  }

  SafetyReport report() {
    return new SafetyReport(findings, unseen);
  }

  private static void sort(
      RoutedTopics topics, Set<String> exchanges, Set<String> queues, List<Unseen> nameless) {
    for (String name : topics.names()) {
      try {
        Route route = Route.of(name);
        if (route.exchange().isEmpty()) {
          queues.add(route.routingKey());
        } else {
          exchanges.add(route.exchange());
        }
      } catch (MessageRefusedException e) {
        nameless.add(new Unseen(name, "it is no topic of RabbitMQ"));
      }
    }
    for (String family : topics.families()) {
      String exchange = family.substring(0, Math.max(0, family.indexOf('/')));
      if (exchange.isEmpty() || exchange.contains("*")) {
        nameless.add(new Unseen(family, "AMQP lists neither exchanges nor queues"));
      } else {
        exchanges.add(exchange);
      }
    }
    if (topics.areOpen()) {
      nameless.add(new Unseen("other topics", "AMQP lists neither exchanges nor queues"));
    }
    // Part of every virtual host, and durable.
    exchanges.removeIf(exchange -> exchange.startsWith("amq."));
  }

  private void lookAtExchange(String name) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("type", "topic");
    properties.put("alternate-exchange", 0);
    Refusal refusal =
        learn(
            name + "/",
            name,
            properties,
            Set.of("durable", "auto_delete", "internal", "alternate-exchange"),
            (channel, exchange, all) -> {
              Map<String, Object> arguments = new HashMap<>(all);
              String type = String.valueOf(arguments.remove("type"));
              channel.exchangeDeclare(exchange, type, true, false, false, arguments);
            });
    if (refusal != null && refusal.property().equals("durable")) {
      findings.add(
          new Finding(
              name + "/",
              "the exchange is not durable: it ends with its broker, and no message finds its"
                  + " queues before it is declared and bound anew",
              "declare it anew as durable",
              EXCHANGE_PAGE));
    }
  }

  private void lookAtQueue(String name) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("x-queue-type", NO_QUEUE_TYPE);
    Refusal refusal =
        learn(
            "/" + name,
            name,
            properties,
            Set.of(Refusal.EXCLUSIVE, "durable", "auto_delete", "x-queue-type"),
            (channel, queue, arguments) ->
                channel.queueDeclare(queue, true, false, false, arguments));
    if (refusal == null) {
      return;
    }
    switch (refusal.property()) {
      case Refusal.EXCLUSIVE ->
          find(name, "the queue is exclusive: it ends with a connection", DURABLE_PAGE);
      case "durable" ->
          find(name, "the queue is not durable: it ends with its broker", DURABLE_PAGE);
      case "auto_delete" ->
          find(name, "the queue is auto-delete: it ends with its last consumer", DURABLE_PAGE);
      default -> {
        Object type = refusal.current();
        if (type == null || type.equals("classic")) {
          find(name, "the queue is classic: its one replica is lost with one disk", QUORUM_PAGE);
        }
      }
    }
  }

  private void find(String queue, String problem, URI manual) {
    findings.add(
        new Finding("/" + queue, problem + ", and its messages with it", AS_QUORUM, manual));
  }

  /**
   * Declares again and again, each time with what was refused the last time put right, until the
   * broker refuses one of the wanted properties. Returns null when it doesn't.
   */
  private @Nullable Refusal learn(
      String subject,
      String name,
      Map<String, Object> properties,
      Set<String> wanted,
      Attempt attempt) {
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Refusal refusal;
      try {
        refusal = refusal(name, properties, attempt);
      } catch (IOException | TimeoutException | RuntimeException e) {
        unseen.add(new Unseen(subject, Trouble.name(e)));
        return null;
      }
      if (refusal == null) {
        // No broker that is known does so.
        unseen.add(new Unseen(subject, "the broker took a declaration that RabbitMQ refuses"));
        log.warn("The broker took a declaration that RabbitMQ refuses, and may have made {}", name);
        return null;
      }
      if (wanted.contains(refusal.property())) {
        return refusal;
      }
      if (!refusal.isDifference()) {
        unseen.add(new Unseen(subject, refusal.property()));
        return null;
      }
      properties.put(refusal.property(), refusal.current());
    }
    unseen.add(new Unseen(subject, "it has more arguments than are tried"));
    return null;
  }

  /** Each refusal costs a channel. */
  private @Nullable Refusal refusal(String name, Map<String, Object> properties, Attempt attempt)
      throws IOException, TimeoutException {
    if (end - System.nanoTime() <= 0) {
      throw new TimeoutException();
    }
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException();
    }
    try {
      attempt.declare(channel, name, properties);
      return null;
    } catch (IOException e) {
      return Refusal.of(e);
    } finally {
      channel.abort();
    }
  }
}
