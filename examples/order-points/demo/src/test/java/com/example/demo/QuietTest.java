package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuietTest {

  private static final String GOOD =
      "LEDGER committed=8 rolledBack=2 points=8 lost=0 phantom=0 duplicated=0";
  private static final String BAD =
      "LEDGER committed=8 rolledBack=2 points=7 lost=1 phantom=0 duplicated=0";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Story story =
      new Story(new PrintStream(written, true, StandardCharsets.UTF_8), false);

  @Test
  void saysThatItNeverCame() {
    Quiet quiet = new Quiet(story, () -> new Quiet.Reading(8, 1, 0, 7));

    assertThat(quiet.await(Duration.ZERO)).isFalse();
    assertThat(written.toString(StandardCharsets.UTF_8))
        .contains("not quiet after 0 s: 8 orders committed, 1 messages unsent");
  }

  @Test
  void isNotThereWhenNothingCanBeRead() {
    Quiet quiet =
        new Quiet(
            story,
            () -> {
              throw new IllegalStateException("down");
            });

    assertThat(quiet.await(Duration.ZERO)).isFalse();
    assertThat(written.toString(StandardCharsets.UTF_8)).contains("not quiet", "can't be read");
  }

  @Test
  void noRunPassesWithoutIt() {
    Verdict whole = Verdict.of(Break.NOTHING, List.of(GOOD), 0);
    Verdict broken = Verdict.of(Break.NO_INBOX, List.of(BAD), 1);

    assertThat(whole.withoutQuiet().clean()).isFalse();
    assertThat(whole.withoutQuiet().details()).singleElement().asString().contains("never came");
    assertThat(Comparison.asExpected(List.of(broken, whole))).isTrue();
    assertThat(Comparison.asExpected(List.of(broken.withoutQuiet(), whole))).isFalse();
    assertThat(Comparison.asExpected(List.of(broken, whole.withoutQuiet()))).isFalse();
  }
}
