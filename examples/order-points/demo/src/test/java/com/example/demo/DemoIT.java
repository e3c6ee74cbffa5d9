package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The same faults: the ledger finds damage where a part is left out, and none where not. */
class DemoIT {

  private static final String THREE_ZEROS =
      "LEDGER committed=(?<n>[1-9]\\d*) rolledBack=\\d+ points=\\k<n> lost=0 phantom=0 duplicated=0\\R$";

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Path HOME =
      Path.of(System.getProperty("demo.home")).toAbsolutePath().normalize();

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void theWholeKeepsThreeZerosAndEachPartThatIsLeftOutBreaksThem() throws InterruptedException {
    int exitCode = demo("--break", "all");
    String story = story();

    List<Verdict> verdicts =
        story
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("LEDGER "))
            .map(line -> Verdict.of(Break.NOTHING, List.of(line), 0))
            .toList();
    assertThat(verdicts).as(story).hasSize(3);
    Verdict withoutOutbox = verdicts.get(0);
    Verdict withoutInbox = verdicts.get(1);
    Verdict whole = verdicts.get(2);

    assertThat(withoutOutbox.lost()).as("lost without outbox:\n" + story).isPositive();
    assertThat(withoutOutbox.phantom()).as("invented without outbox:\n" + story).isPositive();
    assertThat(withoutInbox.duplicated()).as("doubled without inbox:\n" + story).isPositive();
    assertThat(whole.committed() + whole.rolledBack()).as(story).isEqualTo(60);
    assertThat(whole.rolledBack()).as(story).isGreaterThanOrEqualTo(12);
    assertThat(story)
        .endsWith(
            "LEDGER committed=%1$d rolledBack=%2$d points=%1$d lost=0 phantom=0 duplicated=0%n"
                .formatted(whole.committed(), whole.rolledBack()));
    assertThat(exitCode).as(story).isZero();
  }

  @Test
  void ordersGoThroughRocketMqAndAllIsLeftForALook() throws Exception {
    FutureTask<Integer> demo = new FutureTask<>(() -> demo("--broker", "rocketmq", "--keep"));
    Thread thread = new Thread(demo);
    thread.start();
    try {
      assertThat(Wait.until(LIMIT, PAUSE, () -> demo.isDone() || isToldToBeLeft()))
          .as(story())
          .isTrue();
      assertThat(story())
          .contains("SIGKILL to rocketmq;", "rocketmq: back on the same data")
          .containsPattern(THREE_ZEROS);
      assertThat(status(told("(http://\\S+/actuator/health)"))).isEqualTo(200);
      assertThat(status(told("GET (http://\\S+)"))).isEqualTo(200);
      assertThat(messages(told("message_send +(jdbc:\\S+)"))).isPositive();
    } finally {
      thread.interrupt();
      thread.join(LIMIT.toMillis());
    }
    assertThat(thread.isAlive()).isFalse();
    String health = told("(http://\\S+/actuator/health)");
    assertThatThrownBy(() -> status(health)).isInstanceOf(ConnectException.class);
  }

  @Test
  void ordersGoThroughOneBrokerAndTheirAuditTrailThroughAnother() throws InterruptedException {
    int exitCode = demo("--broker", "rabbitmq,kafka");
    String story = story();

    assertThat(story)
        .contains("SIGKILL to rabbit and kafka;", "rabbit and kafka: back on the same data")
        .containsPattern(
            "AUDIT committed=(?<c>[1-9]\\d*) audited=\\k<c> lost=0 phantom=0 repeated=\\d+\\R"
                + THREE_ZEROS);
    assertThat(exitCode).as(story).isZero();
  }

  private boolean isToldToBeLeft() {
    return Pattern.compile(THREE_ZEROS).matcher(story()).find();
  }

  private String story() {
    return written.toString(StandardCharsets.UTF_8);
  }

  /** What the story tells after it said that everything is left running. */
  private String told(String pattern) {
    String end = story().substring(story().indexOf("everything is left running"));
    Matcher matcher = Pattern.compile(pattern).matcher(end);
    assertThat(matcher.find()).as(end).isTrue();
    return matcher.group(1);
  }

  private static int status(String uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  private static int messages(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM message_send")) {
      result.next();
      return result.getInt(1);
    }
  }

  private int demo(String... arguments) throws InterruptedException {
    PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--orders", "60"));
    all.addAll(List.of(arguments));
    return new Demo(Options.parse(all.toArray(String[]::new)), HOME, out, false).run();
  }
}
