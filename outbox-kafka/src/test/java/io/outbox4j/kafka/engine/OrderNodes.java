package io.outbox4j.kafka.engine;

import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.server.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The nodes of {@link OrderIT}, each a process, and what they did so far. */
final class OrderNodes implements AutoCloseable {

  static final Duration SEND_LIMIT = Duration.ofSeconds(2);
  static final Duration LEASE = Duration.ofMillis(4_500);

  private final Path folder;
  private final Database database;
  private final Topic topic;
  private final int messages;
  private final List<ChildProcess> nodes = new ArrayList<>();
  private int started;

  OrderNodes(Path folder, Database database, Topic topic, int count, int messages) {
    this.folder = folder;
    this.database = database;
    this.topic = topic;
    this.messages = messages;
    try (Node first = Node.on(database.pool(1)).start()) {
      Counting.createKeys(database);
      for (int i = 0; i < count; i++) {
        nodes.add(start());
      }
    }
  }

  private ChildProcess start() {
    int number = ++started;
    Path own = folder.resolve("node-" + number);
    try {
      Files.createDirectory(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return NodeProcess.start(
        own,
        OrderMain.class,
        database.url(),
        database.server().user(),
        "brokers=" + topic.kafka().bootstrapServers(),
        "topic=" + topic.name(),
        "messages=" + messages,
        "seed=" + number,
        "sendLimit=" + SEND_LIMIT.toMillis(),
        "lease=" + LEASE.toMillis(),
        "poll=1000");
  }

  /** One node dies at once, and a new one takes its place. */
  void replace(int index) {
    nodes.get(index).kill();
    nodes.set(index, start());
  }

  /**
   * Freezes a node until its leases are over and others go on with its messages.
   *
   * @param meanwhile is done before it goes on
   */
  void freezeBeyondItsLease(int index, Runnable meanwhile) {
    nodes.get(index).freeze();
    awaitEnd(claims());
    meanwhile.run();
    nodes.get(index).thaw();
  }

  /** Waits until so many hundredths of all messages are sent. */
  void awaitSent(int percent) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> database.rows("status = 1") >= messages / 100 * percent);
  }

  /** The messages that nodes, or dead ones, have claimed, each with the number of its claim. */
  Set<String> claims() {
    return new HashSet<>(
        database.texts(
            "SELECT concat(business_id, ' ', claims) FROM message_send"
                + " WHERE status = 0 AND claims > resolved"));
  }

  /**
   * Waits until none of these claims is left: all were let go, or overtaken by other nodes after
   * their leases. A process that was frozen while it held locks keeps rows from all others, so
   * there is an end to this.
   */
  void awaitEnd(Set<String> claims) {
    long limit = System.nanoTime() + LEASE.multipliedBy(2).toNanos();
    await()
        .atMost(LEASE.multipliedBy(4))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> claims().stream().noneMatch(claims::contains) || isOver(limit));
  }

  private static boolean isOver(long limit) {
    return System.nanoTime() - limit > 0;
  }

  void awaitAllPublished() {
    nodes.forEach(node -> NodeProcess.await(node, OrderMain.PUBLISHED));
  }

  @Override
  public void close() {
    nodes.forEach(ChildProcess::close);
  }
}
