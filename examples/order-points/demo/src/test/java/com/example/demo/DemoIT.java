package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same faults thrice: the ledger finds damage where a part is left out, and none where not. */
class DemoIT {

  private static final Path HOME =
      Path.of(System.getProperty("demo.home")).toAbsolutePath().normalize();

  @Test
  void theWholeKeepsThreeZerosAndEachPartThatIsLeftOutBreaksThem() throws InterruptedException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    int exitCode =
        new Demo(Options.parse("--orders", "60", "--break", "all"), HOME, out, false).run();
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
}
