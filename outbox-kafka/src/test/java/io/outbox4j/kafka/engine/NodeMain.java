package io.outbox4j.kafka.engine;

import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node as a process of its own, to be killed and frozen. Writes an order and publishes a message
 * in one transaction, again and again, rolls some back, and says where it is on standard output.
 */
final class NodeMain {

  static final String READY = "READY";
  static final String PUBLISHED = "PUBLISHED";
  static final String EMPTY = "NOTHING IN MEMORY";

  private final Map<String, String> options;

  private NodeMain(Map<String, String> options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws InterruptedException {
    new NodeMain(
            Stream.of(arguments)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(option -> option[0], option -> option[1])))
        .run();
  }

  private void run() throws InterruptedException {
    SendSettings send =
        SendSettings.ofDefaults()
            .withGrace(millis("grace", 60_000))
            .withLease(millis("grace", 60_000))
            .withPollInterval(millis("poll", 5_000));
    Node node =
        Node.on(Database.pool(options.get("url"), options.get("user"), "", 4))
            .kafka(options.get("brokers"), millis("sendLimit", 20_000))
            .send(send)
            .start();
    say(READY);
    publish(node);
    say(PUBLISHED);
    await().forever().until(() -> node.status().inMemory() == 0);
    say(EMPTY);
    new CountDownLatch(1).await();
  }

  /** Every third transaction is rolled back when asked for. */
  private void publish(Node node) {
    int transactions = number("transactions", 0);
    boolean rollBack = options.containsKey("rollBack");
    for (int i = 0; i < transactions; i++) {
      int order = i;
      node.transactions.executeWithoutResult(
          status -> {
            node.jdbc.update("INSERT INTO orders (id) VALUES (?)", order);
            node.outbox4j.outbox().publish(messagesOf(order));
            if (rollBack && order % 3 == 2) {
              status.setRollbackOnly();
            }
          });
    }
  }

  private List<OutboxMessage> messagesOf(int order) {
    int each = number("messages", 1);
    byte[] payload = new byte[number("payload", 200)];
    List<OutboxMessage> messages = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      messages.add(
          OutboxMessage.to(options.get("topic"))
              .businessId(each == 1 ? "" + order : order + "-" + i)
              .payload(payload)
              .retry(!options.containsKey("retry"))
              .build());
    }
    return messages;
  }

  private int number(String option, int otherwise) {
    return Integer.parseInt(options.getOrDefault(option, "" + otherwise));
  }

  private Duration millis(String option, int otherwise) {
    return Duration.ofMillis(number(option, otherwise));
  }

  private static void say(String word) {
    System.out.println(word);
  }
}
