package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.HeadPolicy;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} tells of lines, and what becomes of those with a dead head. */
abstract class LinesContract extends SendStoreSteps {

  LinesContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void unsentTellsOfLinesAsLongAsARowStandsInOne() {
    append(NewRow.due(rows.row("kafka", "x")));
    assertThat(unsentLines("kafka")).isFalse();
    append(new NewRow(inLine("a", "a1"), MINUTE, 0));
    assertThat(unsentLines("kafka")).isTrue();
    assertThat(unsentLines("Kafka", "none")).isFalse();
    assertThat(unsentLines("none", "kafka")).isTrue();

    UUID id = store.heads("kafka", List.of(line("a"))).get(0).id();
    setStatus("a1", 2);
    assertThat(unsentLines("kafka")).isTrue();
    setStatus("a1", 9);
    assertThat(unsentLines("kafka")).isFalse();
    setStatus("a1", 2);
    store.settle(List.of(new Sent(id, null)));
    assertThat(unsentLines("kafka")).isFalse();
  }

  @Test
  final void theNextDueTimeIsThatOfRowsInNoLine() {
    appendTo("a", "a1");
    assertThat(store.unsent(List.of("kafka")).nextDue()).isEmpty();
    append(new NewRow(rows.row("kafka", "x"), Duration.ofMinutes(5), 0));

    assertThat(store.unsent(List.of("kafka", "none")).nextDue().orElseThrow())
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    assertThat(store.unsent(List.of()).nextDue()).isEmpty();
  }

  @Test
  final void theBacklogCountsRowsInLinesToo() {
    append(
        NewRow.due(rows.inLine("kafka", "a", rows.message("a1").age(Duration.ofHours(2)))),
        NewRow.due(rows.row("kafka", rows.message("x").age(Duration.ofHours(1)))));
    appendTo("a", "a2");
    appendTo("b", "b1");
    setStatus("b1", 2);

    Backlog backlog = store.backlog();

    assertThat(backlog.unsent()).isEqualTo(3);
    assertThat(backlog.dead()).isEqualTo(1);
    assertThat(backlog.oldestUnsent()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
  }

  @Test
  final void aHeadIsTheOldestRowThatIsUnsentOrDead() {
    UUID a1 = appended("a", "a1", Duration.ZERO);
    appendTo("a", "a2");
    UUID b1 = appended("b", "b1", Duration.ofMinutes(5));
    UUID c1 = appended("c", "c1", Duration.ZERO);
    appendTo("c", "c2");
    setStatus("c1", 2);
    appendTo("d", "d1");
    UUID d2 = appended("d", "d2", Duration.ZERO);
    appendTo("d", "d3");
    store.settle(List.of(new Sent(id(claim("d", 1).get(0)), null)));
    setStatus("d3", 2);
    append(NewRow.due(rows.row("kafka", "x")));

    List<LineHead> heads = heads("d", "c", "b", "a", "a", "none");

    assertThat(heads)
        .extracting(LineHead::line)
        .containsExactly(
            Stream.of("a", "b", "c", "d").map(this::line).sorted().toArray(String[]::new));
    assertHead("a", a1, false, true);
    assertThat(head("a").isDue()).isTrue();
    assertHead("b", b1, false, false);
    assertThat(head("b").dueIn()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    assertHead("c", c1, true, true);
    assertThat(head("c").isDue()).isFalse();
    assertHead("d", d2, false, false);
  }

  @Test
  final void aHeadTellsItsPolicy() {
    for (HeadPolicy policy : HeadPolicy.values()) {
      append(NewRow.due(inLine("k" + policy, "x", policy)));

      assertThat(head("k" + policy).headPolicy()).isEqualTo(policy);
    }
  }

  @Test
  final void theWalkGoesFromLineToLineInTheOrderOfIds() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      String key = "k" + i;
      appendTo(key, "x", "y", "z");
      lines.add(line(key));
    }
    setStatus("x", 2);
    append(NewRow.due(rows.row("kafka", "unordered")));
    append(NewRow.due(rows.inLine("rabbit", "k0", rows.message("elsewhere"))));
    lines.sort(null);

    assertThat(walk(null, 3)).isEqualTo(lines.subList(0, 3));
    assertThat(walk(lines.get(2), 3)).isEqualTo(lines.subList(3, 6));
    assertThat(walk(lines.get(5), 3)).isEqualTo(lines.subList(6, 7));
    assertThat(walk(lines.get(6), 3)).isEmpty();
    assertThat(walk(null, 7)).isEqualTo(lines);
    assertThat(walk(null, 500)).isEqualTo(lines);
    assertThat(store.headsAfter("kafka", null, 7))
        .isEqualTo(heads("k0", "k1", "k2", "k3", "k4", "k5", "k6"));
    assertThat(store.headsAfter("kafka", null, 1))
        .allMatch(LineHead::dead)
        .allMatch(LineHead::followed);
    assertThat(store.headsAfter("none", null, 7)).isEmpty();
  }

  @Test
  final void theWalkTakesManyLinesAtOnce() {
    append(
        IntStream.range(0, 501)
            .mapToObj(i -> NewRow.due(inLine("k" + i, "x")))
            .toArray(NewRow[]::new));

    List<LineHead> most = store.headsAfter("kafka", null, 500);

    assertThat(most).hasSize(500);
    assertThat(store.headsAfter("kafka", most.get(499).line(), 500)).hasSize(1);
  }

  @Test
  final void theWalkStaysInItsApplication() {
    SendStore other = store(store.application().toUpperCase(Locale.ROOT));
    appendTo("a", "a1");

    assertThat(other.headsAfter("kafka", null, 10)).isEmpty();
    assertThat(other.unsent(List.of("kafka")).lines()).isFalse();
    assertThat(store.headsAfter("kafka", null, 10)).hasSize(1);
  }

  @Test
  final void emptyLinesAreNotWalkedTo() {
    appendTo("a", "a1");
    appendTo("b", "b1");
    appendTo("c", "c1");
    store.settle(List.of(new Sent(id(claim("a", 1).get(0)), null)));
    store.settle(List.of(new Dead(id(claim("b", 1).get(0)), 1, true, "no", true)));

    assertThat(walk(null, 2)).containsExactly(line("c"));
  }

  @Test
  final void rowsBehindADeadHeadAreDroppedStepByStep() {
    append(
        IntStream.range(0, 6)
            .mapToObj(i -> NewRow.due(inLine("a", "a" + i, HeadPolicy.DROP_KEY)))
            .toArray(NewRow[]::new));
    appendTo("b", "b1");
    LineHead head = deadHead("a");
    assertThat(head.dropsFollowers()).isTrue();

    assertThat(store.dropFollowers(head, 2)).isEqualTo(2);
    assertThat(row("a3")).containsEntry("status", 0);
    assertThat(store.dropFollowers(head, 10)).isEqualTo(3);
    assertThat(store.dropFollowers(head, 10)).isZero();

    assertThat(row("a1"))
        .containsEntry("status", 2)
        .containsEntry("order_key", null)
        .containsEntry("last_error", "dropped behind the dead message " + head.id());
    assertThat(row("a0")).containsEntry("last_error", "no");
    assertThat(head("a").id()).isEqualTo(head.id());
    assertThat(head("a").dropsFollowers()).isFalse();
    assertThat(names(claimLines("a", "b"))).containsExactly("b1");
  }

  @Test
  final void whoClaimedADroppedRowCanNoLongerPutItBack() {
    append(
        NewRow.due(inLine("a", "a1", HeadPolicy.DROP_KEY)),
        NewRow.due(inLine("a", "a2", HeadPolicy.DROP_KEY)));
    List<ClaimedRow> claimed = claim("a", 2);
    store.settle(List.of(new Dead(id(claimed.get(0)), 1, true, "no", false)));

    assertThat(store.dropFollowers(head("a"), 10)).isEqualTo(1);

    UUID follower = id(claimed.get(1));
    assertThat(store.settle(List.of(new Rescheduled(follower, 1, false, Duration.ZERO, null))))
        .isZero();
    assertThat(row("a2")).containsEntry("status", 2).containsEntry("resolved", 1);
  }

  @Test
  final void nothingIsDroppedBehindAHeadThatIsNoLongerDead() {
    append(
        NewRow.due(inLine("a", "a1", HeadPolicy.DROP_KEY)),
        NewRow.due(inLine("a", "a2", HeadPolicy.DROP_KEY)));
    LineHead head = deadHead("a");
    setStatus("a1", 0);

    assertThat(store.dropFollowers(head, 10)).isZero();

    store.settle(List.of(new Sent(head.id(), null)));
    assertThat(store.dropFollowers(head, 10)).isZero();
    assertThat(names(claimLines("a"))).containsExactly("a2");
  }

  @Test
  final void nothingIsDroppedBehindAHeadThatOnlyBlocks() {
    appendTo("a", "a1", "a2");
    LineHead head = deadHead("a");

    assertThat(head.dropsFollowers()).isFalse();
    assertThat(store.dropFollowers(head, 10)).isZero();
    assertThat(row("a2")).containsEntry("status", 0);
  }

  private SendRow inLine(String key, String name) {
    return inLine(key, name, HeadPolicy.BLOCK);
  }

  private SendRow inLine(String key, String name, HeadPolicy policy) {
    return rows.inLine(rows.line("kafka", key, policy), "kafka", rows.message(name));
  }

  /** The id of a row that is appended to the key's line. */
  private UUID appended(String key, String name, Duration dueIn) {
    SendRow row = inLine(key, name);
    append(new NewRow(row, dueIn, 0));
    return row.message().id();
  }

  private List<ClaimedRow> claim(String key, int limit) {
    return claimLines(limit, MANY_BYTES, key);
  }

  private List<String> walk(@Nullable String after, int limit) {
    return store.headsAfter("kafka", after, limit).stream().map(LineHead::line).toList();
  }

  private boolean unsentLines(String... transports) {
    return store.unsent(List.of(transports)).lines();
  }

  private void assertHead(String key, UUID id, boolean dead, boolean followed) {
    LineHead head = head(key);
    assertThat(head.line()).isEqualTo(line(key));
    assertThat(head.id()).isEqualTo(id);
    assertThat(head.dead()).isEqualTo(dead);
    assertThat(head.followed()).isEqualTo(followed);
  }
}
