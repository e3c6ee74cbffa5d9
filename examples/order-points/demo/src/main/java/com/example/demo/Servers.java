package com.example.demo;

import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.KafkaServer;
import java.util.concurrent.CompletableFuture;

/** The broker and the database server that all runs of a demo share. */
record Servers(KafkaServer kafka, DatabaseServer database) implements AutoCloseable {

  /** Starts both at once. */
  static Servers start(DatabaseKind kind) {
    Servers servers = new Servers(new KafkaServer(), kind.create());
    CompletableFuture<Void> broker = CompletableFuture.runAsync(servers.kafka::start);
    servers.database.start();
    broker.join();
    return servers;
  }

  @Override
  public void close() {
    kafka.close();
    database.close();
  }
}
