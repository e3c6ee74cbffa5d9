package com.example.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final String GOOD =
      "LEDGER committed=8 rolledBack=2 points=8 lost=0 phantom=0 duplicated=0";
  private static final String BAD =
      "LEDGER committed=8 rolledBack=2 points=11 lost=1 phantom=2 duplicated=3";

  @Test
  void putsTheRunsSideBySide() {
    Verdict broken = Verdict.of(Break.NO_OUTBOX, List.of("lost: order-1", BAD), 1);
    Verdict whole = Verdict.of(Break.NOTHING, List.of(GOOD), 0);

    assertThat(Comparison.table(List.of(broken, whole)))
        .containsExactly(
            "                 committed rolledBack  points   lost invented    doubled",
            "without outbox           8          2      11      1        2          3",
            "with outbox4j            8          2       8      0        0          0");
  }

  @Test
  void expectsDamageExactlyWhereAPartWasLeftOut() {
    Verdict broken = Verdict.of(Break.NO_INBOX, List.of(BAD), 1);
    Verdict harmless = Verdict.of(Break.NO_INBOX, List.of(GOOD), 0);
    Verdict whole = Verdict.of(Break.NOTHING, List.of(GOOD), 0);
    Verdict damaged = Verdict.of(Break.NOTHING, List.of(BAD), 1);

    assertThat(Comparison.asExpected(List.of(broken, whole))).isTrue();
    assertThat(Comparison.asExpected(List.of(harmless, whole))).isFalse();
    assertThat(Comparison.asExpected(List.of(broken, damaged))).isFalse();
  }

  @Test
  void takesTheVerdictFromTheLedgersExitCodeToo() {
    assertThat(Verdict.of(Break.NOTHING, List.of("contradiction: order-1", GOOD), 1).clean())
        .isFalse();
  }

  @Test
  void doesNotGoOnWithoutAVerdict() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Verdict.of(Break.NOTHING, List.of("The ledger cannot be read"), 2))
        .withMessageContaining("cannot be read");
  }
}
