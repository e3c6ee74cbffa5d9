package io.outbox4j.kafka.engine;

import static org.awaitility.Awaitility.await;

import io.outbox4j.OutboxMessage;
import io.outbox4j.SendSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A node as a process of its own, to be killed and frozen. Writes an order and publishes a message
 * in one transaction, again and again, rolls some back, and says where it is on standard output.
 */
final class NodeMain {

  static final String READY = "READY";
  static final String PUBLISHED = "PUBLISHED";
  static final String EMPTY = "NOTHING IN MEMORY";

  private final Options options;

  private NodeMain(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws InterruptedException {
    new NodeMain(Options.of(arguments)).run();
  }

  private void run() throws InterruptedException {
    SendSettings send =
        SendSettings.ofDefaults()
            .withGrace(options.millis("grace", 60_000))
            .withLease(options.millis("grace", 60_000))
            .withPollInterval(options.millis("poll", 5_000));
    Node node =
        Node.on(Database.pool(options.text("url"), options.text("user"), "", 4))
            .kafka(options.text("brokers"), options.millis("sendLimit", 20_000))
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
    int transactions = options.number("transactions", 0);
    boolean rollBack = options.has("rollBack");
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
    int each = options.number("messages", 1);
    byte[] payload = new byte[options.number("payload", 200)];
    List<OutboxMessage> messages = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      messages.add(
          OutboxMessage.to(options.text("topic"))
              .businessId(each == 1 ? "" + order : order + "-" + i)
              .payload(payload)
              .retry(!options.has("retry"))
              .build());
    }
    return messages;
  }

  private static void say(String word) {
    System.out.println(word);
  }
}
