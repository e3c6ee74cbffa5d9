package com.example.demo;

import io.outbox4j.testkit.server.ChildProcess;
import io.outbox4j.testkit.server.Launch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One process of a service, which can be killed and started again. */
final class Service {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E]+)");

  private final String name;
  private final Launch launch;
  private final URI uri;
  private final HttpClient http;
  private @Nullable ChildProcess process;

  /**
   * A service, not started.
   *
   * @param port where it listens on 127.0.0.1
   */
  Service(String name, Launch launch, int port, HttpClient http) {
    this.name = name;
    this.launch = launch;
    this.uri = URI.create("http://127.0.0.1:" + port);
    this.http = http;
  }

  String name() {
    return name;
  }

  URI uri() {
    return uri;
  }

  /** Starts the process and returns when it takes requests. */
  synchronized void start() {
    process = ChildProcess.start(launch);
    process.await(child -> isReady(), START_LIMIT);
  }

  /** Ends the process with SIGKILL and returns its id. */
  synchronized long kill() {
    ChildProcess running = process;
    if (running == null) {
      throw new IllegalStateException(name + " is not running");
    }
    running.kill();
    process = null;
    return running.pid();
  }

  /** Lets the process end in good order, at most 15 seconds. */
  synchronized void stop() {
    if (process != null) {
      process.stop(Duration.ofSeconds(15));
      process = null;
    }
  }

  /** The value of one of its counters since its last start; 0 when there is none of this name. */
  long counter(String metric) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/actuator/metrics/" + metric))
            .timeout(Duration.ofSeconds(5))
            .build();
    Matcher value = VALUE.matcher(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
  }

  private boolean isReady() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(2))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }
}
