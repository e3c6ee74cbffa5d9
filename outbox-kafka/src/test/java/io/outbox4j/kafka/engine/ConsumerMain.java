package io.outbox4j.kafka.engine;

import io.outbox4j.assembly.Outbox4j;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A consumer as a process of its own, which stays for ever in the handler of its last message. */
final class ConsumerMain {

  static final String LAST = "last";
  static final String IN_HANDLER = "IN THE HANDLER";

  private ConsumerMain() {}

  public static void main(String[] arguments) {
    Map<String, String> options =
        Stream.of(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(option -> option[0], option -> option[1]));
    Node node = Node.on(Database.pool(options.get("url"), options.get("user"), "", 2)).build();
    Outbox4j outbox4j = node.outbox4j;
    new Consumer(options.get("brokers"), options.get("topic"), outbox4j.inbox())
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
