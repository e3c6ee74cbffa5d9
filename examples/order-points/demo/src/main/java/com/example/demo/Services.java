package com.example.demo;

import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Two nodes of the order service and one points service. */
record Services(Service order1, Service order2, Service points) implements AutoCloseable {

  /**
   * The services of a run, not started.
   *
   * @param work what the points service does for each order beside its own table
   */
  static Services of(
      Break broken,
      Servers servers,
      Programs programs,
      Path folder,
      HttpClient http,
      String orders,
      String points,
      Duration work) {
    Factory factory = new Factory(servers, programs, folder, http);
    String main = "com.example.orders.OrderApplication";
    String profile = broken.orderProfile();
    return new Services(
        factory.service("order-1", "order-service", main, orders, profile, List.of()),
        factory.service("order-2", "order-service", main, orders, profile, List.of()),
        factory.service(
            "points-service",
            "points-service",
            "com.example.points.PointsApplication",
            points,
            broken.pointsProfile(),
            List.of("--points.work=" + work.toNanos() / 1_000 + "us")));
  }

  /** Starts all: two at a time, since starting is a matter of processors. */
  void start(Executor executor) {
    CompletableFuture<Void> pointsUp = CompletableFuture.runAsync(points::start, executor);
    order1.start();
    order2.start();
    pointsUp.join();
  }

  List<URI> orderNodes() {
    return List.of(order1.uri(), order2.uri());
  }

  @Override
  public void close() {
    order1.stop();
    order2.stop();
    points.stop();
  }

  private record Factory(Servers servers, Programs programs, Path folder, HttpClient http) {

    Service service(
        String name,
        String module,
        String main,
        String database,
        String profile,
        List<String> arguments) {
      DatabaseServer server = servers.database();
      int port = FreePorts.next();
      List<String> all = new ArrayList<>(arguments);
      all.add("--server.port=" + port);
      all.add("--server.address=127.0.0.1");
      Map<String, String> environment = new HashMap<>();
      environment.put("SPRING_DATASOURCE_URL", server.jdbcUrl(database));
      environment.put("SPRING_DATASOURCE_USERNAME", server.user());
      environment.put("SPRING_DATASOURCE_PASSWORD", server.password());
      environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", servers.kafka().bootstrapServers());
      environment.put("SPRING_PROFILES_ACTIVE", profile);
      return new Service(
          name, programs.launch(name, module, folder, main, all, environment), port, http);
    }
  }
}
