package com.example.demo;

import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The brokers and the database server that all runs of a demo share.
 *
 * @param brokers the one between the services; then, if there is one, that of the audit trail
 */
record Servers(List<Broker> brokers, DatabaseServer database) implements AutoCloseable {

  /** Starts all at once. */
  static Servers start(List<BrokerKind> brokers, DatabaseKind database) {
    Servers servers =
        new Servers(brokers.stream().map(BrokerKind::create).toList(), database.create());
    CompletableFuture<Void> started = CompletableFuture.runAsync(servers::startBrokers);
    servers.database.start();
    started.join();
    return servers;
  }

  /** Starts those that are not running, on their data. */
  void startBrokers() {
    CompletableFuture.allOf(
            brokers.stream()
                .map(broker -> CompletableFuture.runAsync(broker.server()::start))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  void killBrokers() {
    brokers.forEach(broker -> broker.server().kill());
  }

  String brokerNames() {
    return brokers.stream()
        .map(broker -> broker.server().name())
        .collect(Collectors.joining(" and "));
  }

  Broker orders() {
    return brokers.get(0);
  }

  Optional<Broker> audit() {
    return brokers.stream().skip(1).findFirst();
  }

  @Override
  public void close() {
    brokers.forEach(Broker::close);
    database.close();
  }
}
