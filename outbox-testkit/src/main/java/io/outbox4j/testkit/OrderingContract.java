package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.HeadPolicy;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} promises of rows that are claimed line by line. */
abstract class OrderingContract extends SendStoreSteps {

  OrderingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void theLineComesBackUnchanged() {
    List<SendRow> appended =
        Stream.of(HeadPolicy.values())
            .map(policy -> rows.line("kafka", "k" + policy, policy))
            .map(line -> rows.inLine(line, "kafka", rows.message("x").payload(new byte[100])))
            .toList();
    append(appended.stream().map(NewRow::due).toArray(NewRow[]::new));

    for (SendRow row : appended) {
      String line = Objects.requireNonNull(row.line()).id();
      // A byte is less than the payload: it may come in another way than a small one.
      List<ClaimedRow> claimed = store.claimLines("kafka", List.of(line), 1, 1, MINUTE);

      assertThat(claimed).singleElement().extracting(ClaimedRow::claims).isEqualTo(1);
      assertThat(claimed.get(0).row()).usingRecursiveComparison().isEqualTo(row);
    }
  }

  @Test
  final void aClaimTakesTheOldestRowsOfALineInTheirOrder() {
    appendTo("a", "a1", "a2", "a3");

    List<ClaimedRow> claimed = claimLines(2, MANY_BYTES, "a");

    assertThat(names(claimed)).containsExactly("a1", "a2");
    settleSent(claimed);
    assertThat(names(claimLines("a"))).containsExactly("a3");
  }

  @Test
  final void nothingIsClaimedBehindALeasedHead() {
    appendTo("a", "a1", "a2");
    claimLines(1, MANY_BYTES, "a");

    assertThat(claimLines("a")).isEmpty();
    assertThat(head("a").isDue()).isFalse();
  }

  @Test
  final void anEndedLeaseMakesTheHeadDue() {
    appendTo("a", "a1", "a2");
    store.claimLines("kafka", List.of(line("a")), 1, MANY_BYTES, Duration.ofMillis(50));

    List<ClaimedRow> again = await().until(() -> claimLines("a"), some -> !some.isEmpty());

    assertThat(names(again)).containsExactly("a1", "a2");
    assertThat(again.get(0).claims()).isEqualTo(2);
  }

  @Test
  final void nothingIsClaimedBehindAHeadThatIsNotDue() {
    append(new NewRow(rows.inLine("kafka", "a", rows.message("a1")), MINUTE, 0));
    appendTo("a", "a2");

    assertThat(claimLines("a")).isEmpty();
  }

  @Test
  final void nothingIsClaimedBehindALockedHead() {
    appendTo("a", "a1", "a2", "a3");

    whileLocked(
        "a1",
        () -> {
          assertThat(claimLines("a")).isEmpty();
          assertThat(head("a").isDue()).isTrue();
        });

    assertThat(names(claimLines("a"))).containsExactly("a1", "a2", "a3");
  }

  @Test
  final void aClaimEndsBeforeARowThatIsLockedOrNotDue() {
    appendTo("a", "a1", "a2", "a3");
    appendTo("b", "b1");
    append(new NewRow(rows.inLine("kafka", "b", rows.message("b2")), MINUTE, 0));
    appendTo("b", "b3");

    whileLocked(
        "a2", () -> assertThat(names(claimLines("a", "b"))).containsExactlyInAnyOrder("a1", "b1"));
  }

  @Test
  final void aDeadHeadHoldsItsLine() {
    appendTo("a", "a1", "a2");
    deadHead("a");

    assertThat(claimLines("a")).isEmpty();
    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void aDeadHeadThatIsRequeuedKeepsItsPlace() {
    appendTo("a", "a1", "a2");
    deadHead("a");

    makeDue("a1");

    assertThat(claimDue("kafka", 10)).isEmpty();
    assertThat(names(claimLines("a"))).containsExactly("a1", "a2");
  }

  @Test
  final void aDeadRowThatStandsAsideFreesItsLineForGood() {
    appendTo("a", "a1", "a2");
    store.settle(List.of(new Dead(claimHead("a"), 1, true, "no", true)));

    assertThat(names(claimLines("a"))).containsExactly("a2");
    makeDue("a1");
    assertThat(names(claimDue("kafka", 10))).containsExactly("a1");
  }

  @Test
  final void anAcknowledgementFreesTheLineOfADeadHead() {
    appendTo("a", "a1", "a2");
    LineHead head = deadHead("a");

    store.settle(List.of(new Sent(head.id(), null)));

    assertThat(names(claimLines("a"))).containsExactly("a2");
  }

  @Test
  final void aRescheduledHeadHoldsItsLineUntilItIsDue() {
    appendTo("a", "a1", "a2");
    UUID head = claimHead("a");
    store.settle(List.of(new Rescheduled(head, 1, true, MINUTE, "later")));
    assertThat(claimLines("a")).isEmpty();

    makeDue("a1");

    assertThat(names(claimLines("a"))).containsExactly("a1", "a2");
  }

  @Test
  final void eachLineGetsAnEqualShare() {
    appendTo("a", "a1", "a2", "a3");
    appendTo("b", "b1", "b2", "b3");
    appendTo("c", "c1");

    assertThat(names(claimLines(8, MANY_BYTES, "a", "b", "c", "none")))
        .containsExactlyInAnyOrder("a1", "a2", "b1", "b2", "c1");
  }

  @Test
  final void eachLineGetsARowWhenThereIsRoomForOneOfEach() {
    appendTo("a", "a1", "a2");
    appendTo("b", "b1", "b2");

    assertThat(names(claimLines(3, MANY_BYTES, "a", "b"))).containsExactlyInAnyOrder("a1", "b1");
  }

  @Test
  final void aLineThatIsNamedTwiceIsOne() {
    appendTo("a", "a1", "a2");

    assertThat(names(claimLines(4, MANY_BYTES, "a", "a"))).containsExactly("a1", "a2");
  }

  @Test
  final void aClaimIsBoundedByBytesAndTakesTheFirstHoweverLarge() {
    append(row("a", "a1", 5_000), row("a", "a2", 1));
    append(row("b", "b1", 10), row("b", "b2", 5_000), row("b", "b3", 10));
    append(row("c", "c1", 600), row("c", "c2", 400), row("c", "c3", 1));

    assertThat(names(claimLines(10, 1_000, "a"))).containsExactly("a1");
    assertThat(names(claimLines(10, 1_000, "b"))).containsExactly("b1");
    List<ClaimedRow> two = claimLines(10, 1_000, "c");
    assertThat(names(two)).containsExactly("c1", "c2");
    assertThat(two.get(0).row().message().payload()).hasSize(600);
  }

  @Test
  final void theBoundOfBytesLeavesEachLineItsFirstRows() {
    List<String> keys = List.of("a", "b", "c", "d");
    for (String key : keys) {
      append(row(key, key + 1, 300), row(key, key + 2, 300), row(key, key + 3, 1));
    }

    List<ClaimedRow> claimed = claimLines(40, 1_000, "a", "b", "c", "d");

    assertThat(claimed).hasSizeBetween(3, 4);
    for (String key : keys) {
      List<String> ofKey = names(claimed).stream().filter(name -> name.startsWith(key)).toList();
      assertThat(ofKey)
          .isEqualTo(IntStream.rangeClosed(1, ofKey.size()).mapToObj(i -> key + i).toList());
    }
  }

  @Test
  final void rowsInLinesAndOthersAreClaimedApart() {
    appendTo("a", "a1");
    append(NewRow.due(rows.row("kafka", "x")));

    assertThat(names(claimLines("a"))).containsExactly("a1");
    assertThat(names(claimDue("kafka", 10))).containsExactly("x");
    assertThat(claimLines("a")).isEmpty();
  }

  @Test
  final void keysAreComparedByteByByte() {
    appendTo("A", "upper");
    appendTo("a", "lower");
    appendTo("a ", "spaced");

    assertThat(names(claimLines("a"))).containsExactly("lower");
    assertThat(names(claimLines("A"))).containsExactly("upper");
    assertThat(names(claimLines("a "))).containsExactly("spaced");
  }

  @Test
  final void applicationsAndTransportsAreKeptApart() {
    SendStore other = store(store.application().toUpperCase(Locale.ROOT));
    appendTo("a", "a1");
    append(NewRow.due(rows.inLine("Kafka", "a", rows.message("K1"))));
    List<String> line = List.of(line("a"));

    assertThat(other.claimLines("kafka", line, 1, 1, MINUTE)).isEmpty();
    assertThat(other.heads("kafka", line)).isEmpty();
    assertThat(store.claimLines("Kafka", line, 1, 1, MINUTE)).isEmpty();
    assertThat(store.heads("Kafka", line)).isEmpty();
    assertThat(names(claimLines("a"))).containsExactly("a1");
  }

  @Test
  final void aLineOfAnotherTransportIsRefused() {
    Line line = rows.line("rabbit", "a", HeadPolicy.BLOCK);

    assertThatThrownBy(() -> store.vet(rows.inLine(line, "kafka", rows.message("x"))))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo("line"));
    store.vet(rows.inLine(line, "rabbit", rows.message("x")));
  }

  /** Each claimer sends some of its rows and puts the others back, while others claim. */
  @Test
  final void manyClaimersKeepTheOrderOfEachLine() throws Exception {
    List<String> keys = List.of("a", "b", "c", "d", "e");
    int count = 30;
    append(
        IntStream.range(0, count)
            .boxed()
            .flatMap(i -> keys.stream().map(key -> row(key, key + i, 1)))
            .toArray(NewRow[]::new));
    Map<String, Thread> holders = new ConcurrentHashMap<>();
    Queue<String> shared = new ConcurrentLinkedQueue<>();
    Map<String, List<String>> sent = new ConcurrentHashMap<>();
    keys.forEach(key -> sent.put(line(key), Collections.synchronizedList(new ArrayList<>())));

    together(
        4,
        () -> {
          long start = System.nanoTime();
          while (store.unsent(List.of("kafka")).lines()) {
            assertThat(System.nanoTime() - start).as("time").isLessThan(MINUTE.toNanos());
            List<ClaimedRow> claimed = claimLines(15, MANY_BYTES, "a", "b", "c", "d", "e");
            List<Settlement> settlements = new ArrayList<>();
            List<String> held = claimed.stream().map(OrderingContract::lineOf).distinct().toList();
            for (String line : held) {
              if (holders.put(line, Thread.currentThread()) != null) {
                shared.add(line);
              }
              List<ClaimedRow> run =
                  claimed.stream().filter(row -> lineOf(row).equals(line)).toList();
              for (int i = 0; i < run.size(); i++) {
                UUID id = id(run.get(i));
                if (i < 2) {
                  Objects.requireNonNull(sent.get(line)).add(names(run).get(i));
                  settlements.add(new Sent(id, null));
                } else {
                  int claims = run.get(i).claims();
                  settlements.add(new Rescheduled(id, claims, false, Duration.ZERO, null));
                }
              }
            }
            held.forEach(holders::remove);
            store.settle(settlements);
          }
          return null;
        });

    assertThat(shared).as("lines that two claimers held").isEmpty();
    for (String key : keys) {
      assertThat(sent.get(line(key)))
          .isEqualTo(IntStream.range(0, count).mapToObj(i -> key + i).toList());
    }
  }

  private static String lineOf(ClaimedRow claimed) {
    return Objects.requireNonNull(claimed.row().line()).id();
  }

  private NewRow row(String key, String name, int bytes) {
    return NewRow.due(rows.inLine("kafka", key, rows.message(name).payload(new byte[bytes])));
  }

  private UUID claimHead(String key) {
    return id(claimLines(1, MANY_BYTES, key).get(0));
  }

  private void settleSent(List<ClaimedRow> claimed) {
    store.settle(claimed.stream().map(row -> (Settlement) new Sent(id(row), null)).toList());
  }
}
