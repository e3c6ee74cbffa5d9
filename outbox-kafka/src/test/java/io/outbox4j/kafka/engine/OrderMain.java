package io.outbox4j.kafka.engine;

import static org.awaitility.Awaitility.await;

import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.kafka.KafkaTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * A node as a process of its own, to be killed and frozen: publishes ordered messages until all
 * nodes together have published enough, and goes on sending.
 */
final class OrderMain {

  static final String PUBLISHED = "PUBLISHED";

  static final RetryPolicy OFTEN_AND_SOON =
      new RetryPolicy(100, Duration.ofMillis(50), Duration.ofMillis(500), 2, 0.2);

  private static final int THREADS = 3;
  private static final int ROUND = 20;
  private static final int MOST_UNSENT = 1_500;

  private final Options options;
  private final Node node;

  private OrderMain(Options options) {
    this.options = options;
    KafkaTransport kafka =
        KafkaTransport.of(
            Map.of("bootstrap.servers", options.text("brokers")), options.millis("sendLimit", 0));
    this.node =
        Node.on(Database.pool(options.text("url"), options.text("user"), "", THREADS + 3))
            .transport(new Refusing(kafka, 100))
            .send(
                SendSettings.ofDefaults()
                    .withGrace(options.millis("lease", 0))
                    .withLease(options.millis("lease", 0))
                    .withPollInterval(options.millis("poll", 0))
                    .withRetry(OFTEN_AND_SOON))
            .start();
  }

  public static void main(String[] arguments) throws InterruptedException {
    new OrderMain(Options.of(arguments)).run();
  }

  private void run() throws InterruptedException {
    List<Thread> publishers =
        IntStream.range(0, THREADS)
            .mapToObj(i -> new Random(options.number("seed", 0) * 100L + i))
            .map(random -> new Counting(node, options.text("topic"), random))
            .map(counting -> new Thread(() -> publish(counting)))
            .toList();
    publishers.forEach(Thread::start);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    System.out.println(PUBLISHED);
    new CountDownLatch(1).await();
  }

  /** Not much faster than messages are sent, so that nodes fail while they do both. */
  private void publish(Counting counting) {
    while (!enough()) {
      for (int i = 0; i < ROUND; i++) {
        counting.publish();
      }
      await().forever().until(() -> node.outbox4j.backlog().unsent() < MOST_UNSENT);
    }
  }

  private boolean enough() {
    return Counting.published(node) >= options.number("messages", 0);
  }
}
