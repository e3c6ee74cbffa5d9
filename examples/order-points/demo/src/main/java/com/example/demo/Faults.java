package com.example.demo;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong, one after the other while orders come in:
 *
 * <pre>
 *   order-1 is killed, and started again
 *   points-service is killed, and stays down
 *   the broker is killed, and stays down; with two of them, both
 *   order-2 is killed, with messages that the broker never saw, and started again
 *   the broker is started on its data
 *   points-service is started, killed in the middle of its backlog, and started again
 * </pre>
 */
final class Faults {

  private static final Duration BROKER_AWAY = Duration.ofSeconds(4);
  private static final Duration BACKLOG_LIMIT = Duration.ofSeconds(20);

  private final Story story;
  private final Load load;
  private final Counts counts;
  private final ExecutorService restarts;

  Faults(Story story, Load load, Counts counts, ExecutorService restarts) {
    this.story = story;
    this.load = load;
    this.counts = counts;
    this.restarts = restarts;
  }

  void run(Service order1, Service order2, Service points, Servers servers, int orders)
      throws Exception {
    String brokers = servers.brokerNames();
    load.awaitMore(10);
    kill(order1);
    CompletableFuture<Void> order1Back = startAgain(order1);
    load.awaitMore(10);
    kill(points);
    // The client should always find one node.
    order1Back.get(2, TimeUnit.MINUTES);
    load.awaitMore(8);
    servers.killBrokers();
    long brokerDied = System.nanoTime();
    story.say(Story.Tone.FAULT, "SIGKILL to %s; orders go on".formatted(brokers));
    load.awaitMore(18);
    kill(order2);
    CompletableFuture<Void> order2Back = startAgain(order2);
    load.awaitMore(8);
    Wait.until(
        BROKER_AWAY,
        Duration.ofMillis(50),
        () -> System.nanoTime() - brokerDied >= BROKER_AWAY.toNanos());
    servers.startBrokers();
    story.say(
        "%s: back on the same data after %d s"
            .formatted(brokers, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - brokerDied)));
    order2Back.get(2, TimeUnit.MINUTES);
    points.start();
    story.say(points.name() + " is back and works off what has come in");
    killInBacklog(points, Math.max(3, orders / 12));
    points.start();
    story.say(points.name() + " is back");
  }

  private void killInBacklog(Service points, int effects) throws Exception {
    long before = counts.points();
    Wait.until(BACKLOG_LIMIT, Duration.ofMillis(5), () -> counts.points() >= before + effects);
    kill(points);
  }

  private void kill(Service service) throws Exception {
    long pid = service.kill();
    story.say(
        Story.Tone.FAULT,
        "SIGKILL to %s (pid %d); orders placed: %d, messages unsent: %d, points given: %d"
            .formatted(service.name(), pid, load.placed(), counts.unsent(), counts.points()));
  }

  private CompletableFuture<Void> startAgain(Service service) {
    return CompletableFuture.runAsync(
        () -> {
          service.start();
          story.say(service.name() + " is back");
        },
        restarts);
  }
}
