package io.outbox4j.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Page.CodeBlock;
import io.outbox4j.docs.snippet.tutorial.ShopApplication;
import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.FreePorts;
import io.outbox4j.testkit.server.Launch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The tutorial's application as a process, with the page's own properties and SQL as its resources,
 * in the folder where its database grows.
 */
final class TutorialShop {

  private static final Pattern SHELL =
      Pattern.compile("-url \"([^\"]*)\" -user (\\S+) -password \"([^\"]*)\"");

  private final Path folder;
  private final JdbcTemplate database;
  private final URI uri = URI.create("http://127.0.0.1:" + FreePorts.next());
  private final HttpClient http = HttpClient.newHttpClient();

  TutorialShop(Page page, Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("application.properties"), first(page, "properties"));
    Files.writeString(folder.resolve("schema.sql"), first(page, "sql"));
    Matcher shell = SHELL.matcher(page.code().stream().map(CodeBlock::text).collect(joining()));
    assertThat(shell.find()).as("the page's command that looks at the tables").isTrue();
    String url = shell.group(1).replace("./", folder + "/");
    this.database =
        new JdbcTemplate(new DriverManagerDataSource(url, shell.group(2), shell.group(3)));
  }

  ChildProcess start(String bootstrapServers) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            ShopApplication.class.getName(),
            "--server.port=" + uri.getPort(),
            "--spring.kafka.bootstrap-servers=" + bootstrapServers,
            // What the page tells takes a minute: the grace, and the killed consumer's session.
            "--spring.kafka.consumer.properties.session.timeout.ms=6000",
            "--spring.kafka.consumer.properties.heartbeat.interval.ms=1000",
            "--outbox.transports.kafka.send-limit=5s",
            "--outbox.send.grace=11s",
            "--outbox.send.lease=11s");
    String classPath = folder + ":" + System.getProperty("java.class.path");
    ChildProcess shop =
        ChildProcess.start(
            Launch.of("shop", folder, command).withEnvironment(Map.of("CLASSPATH", classPath)));
    // Any answer will do: nothing is at the root.
    shop.await(process -> get("/") > 0, Duration.ofSeconds(90));
    return shop;
  }

  void order() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/orders/ada")).POST(BodyPublishers.noBody()).build();
    assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
  }

  /** The database, reached as the page reaches it from a second process. */
  JdbcTemplate database() {
    return database;
  }

  private int get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri.resolve(path)).build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static String first(Page page, String language) {
    return page.code().stream()
        .filter(block -> block.language().equals(language))
        .findFirst()
        .map(CodeBlock::text)
        .orElseThrow();
  }
}
