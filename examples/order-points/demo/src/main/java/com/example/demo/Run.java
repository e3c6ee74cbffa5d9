package com.example.demo;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One run of the services through all faults, up to the ledger's verdict. */
final class Run implements AutoCloseable {

  private final Story story;
  private final Servers servers;
  private final Programs programs;
  private final Path folder;
  private final Break broken;
  private final int orders;
  private final String ordersDatabase;
  private final String pointsDatabase;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient http;
  private final Services services;

  Run(Story story, Servers servers, Programs programs, Path folder, Break broken, int orders) {
    this.story = story;
    this.servers = servers;
    this.programs = programs;
    this.folder = folder;
    this.broken = broken;
    this.orders = orders;
    String suffix = broken == Break.NOTHING ? "" : "_" + broken.id().replace('-', '_');
    ordersDatabase = "order_service" + suffix;
    pointsDatabase = "points_service" + suffix;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .executor(threads)
            .build();
    // Enough for the listener to be killed in the middle of its backlog, never more than seconds.
    Duration work = Duration.ofNanos(Math.min(15_000_000L, 4_500_000_000L / orders));
    services =
        Services.of(broken, servers, programs, folder, http, ordersDatabase, pointsDatabase, work);
  }

  Verdict run() throws Exception {
    Files.createDirectories(folder);
    servers.database().createDatabase(ordersDatabase);
    servers.database().createDatabase(pointsDatabase);
    Counts counts = new Counts(servers.database(), ordersDatabase, pointsDatabase);
    Broker broker = servers.orders();
    Optional<Broker> auditor = servers.audit();
    try (Load load = new Load(new Client(http, services.orderNodes()), orders)) {
      broker.create(Broker.ORDERS);
      if (auditor.isPresent()) {
        auditor.get().create(Broker.AUDIT);
      }
      services.start(threads);
      story.say("order-1, order-2 and points-service take requests; %d orders".formatted(orders));
      load.start();
      new Faults(story, load, counts, threads)
          .run(services.order1(), services.order2(), services.points(), servers, orders);
      List<Placement> placed = load.finish(Duration.ofSeconds(60 + orders / 50));
      story.say("all %d orders placed".formatted(placed.size()));
      boolean quiet = Quiet.of(story, counts, broker).await(Duration.ofSeconds(45 + orders / 100));
      story.say(
          "the topic holds %d messages; points-service, since its last start, knew %d of them"
                  .formatted(
                      broker.messages(Broker.ORDERS),
                      services.points().counter("outbox.duplicates"))
              + " already");
      Optional<List<String>> audit =
          auditor.isPresent() ? Optional.of(auditor.get().texts(Broker.AUDIT)) : Optional.empty();
      Verdict verdict =
          new Judge(programs, folder)
              .judge(broken, placed, servers.database(), ordersDatabase, pointsDatabase, audit);
      return quiet ? verdict : verdict.withoutQuiet();
    }
  }

  /** Says where everything is. */
  void describe() {
    for (Service service : List.of(services.order1(), services.order2(), services.points())) {
      story.print(
          Story.Tone.PLAIN, "  %-15s %s/actuator/health".formatted(service.name(), service.uri()));
    }
    story.print(
        Story.Tone.PLAIN,
        "  orders          POST %s/orders   points  GET %s/points/customer-1"
            .formatted(services.order1().uri(), services.points().uri()));
    for (Broker broker : servers.brokers()) {
      story.print(
          Story.Tone.PLAIN, "  %-15s %s".formatted(broker.server().name(), broker.address()));
    }
    String user =
        "user %s, password '%s'"
            .formatted(servers.database().user(), servers.database().password());
    story.print(
        Story.Tone.PLAIN,
        "  orders, message_send     %s  (%s)"
            .formatted(servers.database().jdbcUrl(ordersDatabase), user));
    story.print(
        Story.Tone.PLAIN,
        "  points, message_consume  %s  (%s)"
            .formatted(servers.database().jdbcUrl(pointsDatabase), user));
    story.print(Story.Tone.PLAIN, "  output of the services   " + folder);
  }

  /** Ends the services. */
  @Override
  public void close() {
    services.close();
    threads.shutdownNow();
  }
}
