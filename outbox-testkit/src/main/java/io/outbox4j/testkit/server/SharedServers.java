package io.outbox4j.testkit.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One server of a kind for all test classes of a JVM, since a start costs seconds. Made at the
 * first call, ended with the JVM. A test that kills or freezes a shared server hands it on as it
 * is: the next call here brings it back.
 *
 * <p>Tests share its data too, so each makes a database or topic of its own, and leaves {@link
 * KafkaServer#proxy()} healed.
 */
public final class SharedServers {

  private static final Map<String, Server> SERVERS = new ConcurrentHashMap<>();

  private SharedServers() {}

  /** The shared Kafka broker, running. */
  public static KafkaServer kafka() {
    return running((KafkaServer) SERVERS.computeIfAbsent("kafka", name -> new KafkaServer()));
  }

  /** The shared RabbitMQ node, running. */
  public static RabbitServer rabbit() {
    return running((RabbitServer) SERVERS.computeIfAbsent("rabbit", name -> new RabbitServer()));
  }

  /** The shared database server of a kind with full durability, running. */
  public static DatabaseServer database(DatabaseKind kind) {
    return running((DatabaseServer) SERVERS.computeIfAbsent(kind.id(), name -> kind.create()));
  }

  private static <S extends Server> S running(S server) {
    server.thaw();
    server.start();
    return server;
  }
}
