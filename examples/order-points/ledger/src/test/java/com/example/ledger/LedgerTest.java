package com.example.ledger;

import static com.example.ledger.Placed.Answer.ACCEPTED;
import static com.example.ledger.Placed.Answer.NONE;
import static com.example.ledger.Placed.Answer.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invented tables, each with one kind of difference. */
class LedgerTest {

  private static final Placed GOOD = new Placed("good", false, ACCEPTED);

  @Test
  void balancesWhenEachCommittedOrderHasItsPoints() throws SQLException {
    List<Placed> placed =
        List.of(
            GOOD,
            new Placed("declined", true, REFUSED),
            new Placed("killed-after-commit", false, NONE),
            new Placed("killed-before-commit", false, NONE),
            new Placed("declined-and-killed", true, NONE));
    Ledger ledger =
        ledger(
            placed, List.of("good", "killed-after-commit"), List.of("killed-after-commit", "good"));

    assertThat(ledger)
        .hasToString("LEDGER committed=2 rolledBack=3 points=2 lost=0 phantom=0 duplicated=0");
    assertThat(ledger.isClean()).isTrue();
  }

  @Test
  void findsACommittedOrderWithoutPoints() throws SQLException {
    Placed lost = new Placed("lost", false, ACCEPTED);
    Ledger ledger = ledger(List.of(GOOD, lost), List.of("good", "lost"), List.of("good"));

    assertThat(ledger)
        .hasToString("LEDGER committed=2 rolledBack=0 points=1 lost=1 phantom=0 duplicated=0");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void findsPointsForAnOrderThatRolledBack() throws SQLException {
    Placed phantom = new Placed("phantom", true, REFUSED);
    Ledger ledger = ledger(List.of(GOOD, phantom), List.of("good"), List.of("good", "phantom"));

    assertThat(ledger)
        .hasToString("LEDGER committed=1 rolledBack=1 points=2 lost=0 phantom=1 duplicated=0");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void findsAnOrderThatGotPointsTwice() throws SQLException {
    Ledger ledger = ledger(List.of(GOOD), List.of("good"), List.of("good", "good"));

    assertThat(ledger)
        .hasToString("LEDGER committed=1 rolledBack=0 points=2 lost=0 phantom=0 duplicated=1");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void isNotCleanWhenNothingWasCommitted() throws SQLException {
    Placed declined = new Placed("declined", true, REFUSED);

    assertThat(ledger(List.of(declined), List.of(), List.of()).isClean()).isFalse();
  }

  @Test
  void holdsAnAcceptedOrderThatIsNotThereAgainstTheService() throws SQLException {
    Placed gone = new Placed("gone", false, ACCEPTED);
    Ledger ledger = ledger(List.of(GOOD, gone), List.of("good"), List.of("good"));

    assertThat(ledger.contradictions())
        .containsExactly("gone was accepted, but is not in the order table");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void holdsARefusedOrderThatIsThereAgainstTheService() throws SQLException {
    Placed refused = new Placed("refused", false, REFUSED);
    List<String> both = List.of("good", "refused");
    Ledger ledger = ledger(List.of(GOOD, refused), both, both);

    assertThat(ledger.contradictions())
        .containsExactly("refused was refused, but is in the order table");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void holdsAnOrderThatShouldBeRolledBackAndIsThereAgainstTheService() throws SQLException {
    Placed kept = new Placed("kept", true, NONE);
    List<String> both = List.of("good", "kept");
    Ledger ledger = ledger(List.of(GOOD, kept), both, both);

    assertThat(ledger.contradictions())
        .containsExactly("kept should have been rolled back, but is in the order table");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void holdsAnOrderThatNobodyPlacedAgainstTheService() throws SQLException {
    List<String> both = List.of("good", "invented");
    Ledger ledger = ledger(List.of(GOOD), both, both);

    assertThat(ledger.contradictions())
        .containsExactly("invented is in the order table, but nobody placed it");
    assertThat(ledger.isClean()).isFalse();
  }

  @Test
  void holdsAnOrderThatTheClientPlacedTwiceAgainstTheClient() throws SQLException {
    Ledger ledger = ledger(List.of(GOOD, GOOD), List.of("good"), List.of("good"));

    assertThat(ledger.contradictions()).containsExactly("good was placed twice");
  }

  @Test
  void printsExamplesAndTheLineLast() throws SQLException {
    List<Placed> placed = List.of(GOOD, new Placed("lost", false, ACCEPTED));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    LedgerMain.print(
        ledger(placed, List.of("good", "lost"), List.of("good", "good")),
        null,
        placed,
        new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "the client placed 2 orders: accepted 2, refused 0 (0 of them should be rolled back), no"
                + " answer 0",
            "lost: committed, but no points: lost",
            "duplicated: points more than once: good",
            "LEDGER committed=2 rolledBack=0 points=2 lost=1 phantom=0 duplicated=1");
  }

  @Test
  void readsTheClientsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("client.csv");
    Files.writeString(file, "a,false,ACCEPTED\nb,true,REFUSED\nc,false,NONE\n");

    assertThat(Placed.read(file))
        .containsExactly(
            new Placed("a", false, ACCEPTED),
            new Placed("b", true, REFUSED),
            new Placed("c", false, NONE));
  }

  @Test
  void refusesAClientsFileThatIsCutOff(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("client.csv");
    Files.writeString(file, "a,false,ACCEPTED\nb,tr");

    assertThatThrownBy(() -> Placed.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("b,tr");
  }

  @Test
  void sharesNoCodeWithTheLibrary() {
    assertThatThrownBy(() -> Class.forName("io.outbox4j.Outbox"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  private static Ledger ledger(List<Placed> placed, List<String> orders, List<String> points)
      throws SQLException {
    try (Connection database = Tables.open("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
        Statement statement = database.createStatement()) {
      statement.execute("CREATE TABLE orders (order_id VARCHAR(40) PRIMARY KEY)");
      statement.execute("CREATE TABLE points (order_id VARCHAR(40))");
      for (String order : orders) {
        statement.execute("INSERT INTO orders VALUES ('" + order + "')");
      }
      for (String order : points) {
        statement.execute("INSERT INTO points VALUES ('" + order + "')");
      }
      return Ledger.of(placed, Tables.orders(database), Tables.points(database));
    }
  }
}
