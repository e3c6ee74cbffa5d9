package io.outbox4j.kafka.engine;

import io.outbox4j.assembly.Outbox4j;
import java.util.concurrent.CountDownLatch;

/** A consumer as a process of its own, which stays for ever in the handler of its last message. */
final class ConsumerMain {

  static final String LAST = "last";
  static final String IN_HANDLER = "IN THE HANDLER";

  private ConsumerMain() {}

  public static void main(String[] arguments) {
    Options options = Options.of(arguments);
    Node node = Node.on(Database.pool(options.text("url"), options.text("user"), "", 2)).build();
    Outbox4j outbox4j = node.outbox4j;
    new Consumer(options.text("brokers"), options.text("topic"), outbox4j.inbox())
        .run(
            message -> {
              node.jdbc.update("INSERT INTO points (message) VALUES (?)", message.businessId());
              if (LAST.equals(message.businessId())) {
                System.out.println(IN_HANDLER);
                waitForDeath();
              }
            },
            (record, outcome) -> {},
            () -> true);
  }

  private static void waitForDeath() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
