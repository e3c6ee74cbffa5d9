package io.outbox4j.kafka.engine;

import io.outbox4j.OutboxMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * Publishes ordered messages that tell their place: each transaction counts up the rows of a few
 * keys and publishes every number, or is rolled back. So the messages that were committed for a key
 * are 1, 2, 3 and so on, and their transactions exclude each other.
 */
final class Counting {

  static final int KEYS = 50;

  private final Node node;
  private final String topic;
  private final Random random;

  Counting(Node node, String topic, Random random) {
    this.node = node;
    this.topic = topic;
    this.random = random;
  }

  static void createKeys(Database database) {
    database.execute("CREATE TABLE counter (k int PRIMARY KEY, n int NOT NULL)");
    IntStream.range(0, KEYS)
        .forEach(key -> database.execute("INSERT INTO counter (k, n) VALUES (" + key + ", 0)"));
  }

  /** How many messages were committed. */
  static int published(Node node) {
    Integer sum = node.jdbc.queryForObject("SELECT sum(n) FROM counter", Integer.class);
    return sum == null ? 0 : sum;
  }

  /** Publishes in one transaction, unless somebody else keeps its keys locked for too long. */
  void publish() {
    // In one order, so that no two wait for each other.
    SortedMap<Integer, Integer> wanted = new TreeMap<>();
    for (int i = 0; i < 2; i++) {
      wanted.put(random.nextInt(KEYS), 1 + random.nextInt(4));
    }
    boolean rollBack = random.nextInt(10) == 0;
    try {
      node.transactions.executeWithoutResult(
          status -> {
            List<OutboxMessage> messages = new ArrayList<>();
            wanted.forEach((key, count) -> messages.addAll(next(key, count)));
            node.outbox4j.outbox().publish(messages);
            if (rollBack) {
              status.setRollbackOnly();
            }
          });
    } catch (ConcurrencyFailureException e) {
      System.out.println("GAVE UP " + wanted.keySet() + ": " + e.getClass().getSimpleName());
    }
  }

  private List<OutboxMessage> next(int key, int count) {
    node.jdbc.update("UPDATE counter SET n = n + ? WHERE k = ?", count, key);
    Integer last =
        node.jdbc.queryForObject("SELECT n FROM counter WHERE k = ?", Integer.class, key);
    return IntStream.rangeClosed(last - count + 1, last).mapToObj(n -> message(key, n)).toList();
  }

  private OutboxMessage message(int key, int n) {
    return OutboxMessage.to(topic)
        .key("k" + key)
        .businessId("k" + key + ":" + n)
        .payload("" + n)
        .ordered(true)
        .build();
  }
}
