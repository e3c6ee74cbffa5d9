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
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    List<String> profiles = new ArrayList<>();
    servers.brokers().forEach(broker -> profiles.add(broker.profile()));
    profiles.add(broken.orderProfile());
    List<String> topics = topics(servers);
    return new Services(
        factory.service("order-1", "order-service", main, orders, profiles, topics),
        factory.service("order-2", "order-service", main, orders, profiles, topics),
        factory.service(
            "points-service",
            "points-service",
            "com.example.points.PointsApplication",
            points,
            List.of(servers.orders().profile(), broken.pointsProfile()),
            List.of("--points.work=" + work.toNanos() / 1_000 + "us")));
  }

  /** With one broker the profile names the topic; with two, each has another one. */
  private static List<String> topics(Servers servers) {
    return servers
        .audit()
        .map(
            audit ->
                List.of(
                    "--orders.topic=" + servers.orders().topic(Broker.ORDERS),
                    "--orders.audit-topic=" + audit.topic(Broker.AUDIT)))
        .orElse(List.of());
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
    CompletableFuture.allOf(
            Stream.of(order1, order2, points)
                .map(service -> CompletableFuture.runAsync(service::stop))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private record Factory(Servers servers, Programs programs, Path folder, HttpClient http) {

    Service service(
        String name,
        String module,
        String main,
        String database,
        List<String> profiles,
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
      servers.brokers().forEach(broker -> environment.putAll(broker.environment()));
      environment.put(
          "SPRING_PROFILES_ACTIVE",
          profiles.stream().filter(profile -> !profile.isEmpty()).collect(Collectors.joining(",")));
      return new Service(
          name, programs.launch(name, module, folder, main, all, environment), port, http);
    }
  }
}
