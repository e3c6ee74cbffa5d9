package com.example.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {

  private static final Map<String, Integer> ORDERS = Map.of("a", 1, "b", 1);

  @Test
  void balancesWhenEachCommittedOrderIsOnTheTrail() {
    Audit audit = Audit.of(List.of("b", "a"), ORDERS);

    assertThat(audit).hasToString("AUDIT committed=2 audited=2 lost=0 phantom=0 repeated=0");
    assertThat(audit.isClean()).isTrue();
  }

  @Test
  void countsRepeatedEntriesAndForgivesThem() {
    Audit audit = Audit.of(List.of("b", "a", "b", "b"), ORDERS);

    assertThat(audit).hasToString("AUDIT committed=2 audited=2 lost=0 phantom=0 repeated=2");
    assertThat(audit.isClean()).isTrue();
  }

  @Test
  void findsACommittedOrderThatIsNotOnTheTrail() {
    Audit audit = Audit.of(List.of("b"), ORDERS);

    assertThat(audit).hasToString("AUDIT committed=2 audited=1 lost=1 phantom=0 repeated=0");
    assertThat(audit.isClean()).isFalse();
  }

  @Test
  void findsAnEntryOfAnOrderThatRolledBack() {
    Audit audit = Audit.of(List.of("b", "a", "c"), ORDERS);

    assertThat(audit).hasToString("AUDIT committed=2 audited=3 lost=0 phantom=1 repeated=0");
    assertThat(audit.isClean()).isFalse();
  }

  @Test
  void isPrintedBeforeTheLedgersLine() {
    Ledger ledger = Ledger.of(List.of(), ORDERS, ORDERS);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    LedgerMain.print(
        ledger,
        Audit.of(List.of("a", "c"), ORDERS),
        List.of(),
        new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .endsWith(
            "lost: committed, but not audited: b",
            "phantom: audited, but not committed: c",
            "AUDIT committed=2 audited=2 lost=1 phantom=1 repeated=0",
            ledger.toString());
  }
}
