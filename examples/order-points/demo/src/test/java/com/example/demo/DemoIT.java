package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same faults: the ledger finds damage where a part is left out, and none where not. */
class DemoIT {

  private static final String THREE_ZEROS =
      "LEDGER committed=(?<n>[1-9]\\d*) rolledBack=\\d+ points=\\k<n> lost=0 phantom=0 duplicated=0\\R$";

  private static final Path HOME =
      Path.of(System.getProperty("demo.home")).toAbsolutePath().normalize();

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void theWholeKeepsThreeZerosAndEachPartThatIsLeftOutBreaksThem() throws InterruptedException {
    int exitCode = demo("--break", "all");
    String story = written.toString(StandardCharsets.UTF_8);

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
  void ordersGoThroughRocketMq() throws InterruptedException {
    int exitCode = demo("--broker", "rocketmq");
    String story = written.toString(StandardCharsets.UTF_8);

    assertThat(story)
        .contains("SIGKILL to rocketmq;", "rocketmq: back on the same data")
        .containsPattern(THREE_ZEROS);
    assertThat(exitCode).as(story).isZero();
  }

  @Test
  void ordersGoThroughOneBrokerAndTheirAuditTrailThroughAnother() throws InterruptedException {
    int exitCode = demo("--broker", "rabbitmq,kafka");
    String story = written.toString(StandardCharsets.UTF_8);

    assertThat(story)
        .contains("SIGKILL to rabbit and kafka;", "rabbit and kafka: back on the same data")
        .containsPattern(
            "AUDIT committed=(?<c>[1-9]\\d*) audited=\\k<c> lost=0 phantom=0 repeated=\\d+\\R"
                + THREE_ZEROS);
    assertThat(exitCode).as(story).isZero();
  }

  private int demo(String... arguments) throws InterruptedException {
    PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--orders", "60"));
    all.addAll(List.of(arguments));
    return new Demo(Options.parse(all.toArray(String[]::new)), HOME, out, false).run();
  }
}
