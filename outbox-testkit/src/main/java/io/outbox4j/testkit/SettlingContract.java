package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} promises of rows whose outcome is known. */
abstract class SettlingContract extends SendStoreSteps {

  SettlingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void aSentRowIsDoneAndKeepsItsPlace() {
    UUID id = claimed("x");

    assertThat(store.settle(List.of(new Sent(id, "3@1042")))).isEqualTo(1);

    assertThat(row("x")).containsEntry("status", 1).containsEntry("place", "3@1042");
    assertThat(row("x").get("sent_at")).isNotNull();
    assertThat(store.backlog().unsent()).isZero();
  }

  @Test
  final void aRepeatedSettlementTakesEffectOnce() {
    UUID id = claimed("x");
    List<Settlement> rejected =
        List.of(new Rescheduled(id, 1, true, Duration.ZERO, "RecordTooLarge"));

    assertThat(store.settle(rejected)).isEqualTo(1);
    assertThat(store.settle(rejected)).isZero();

    assertThat(row("x")).containsEntry("attempts", 1).containsEntry("resolved", 1);
    ClaimedRow again = claimDue("kafka", 1).get(0);
    assertThat(again.attempts()).isEqualTo(1);
    assertThat(again.inDoubt()).isFalse();
    assertThat(store.settle(List.of(new Sent(id, null), new Sent(id, null)))).isEqualTo(1);
    assertThat(store.settle(List.of(new Sent(id, null)))).isZero();
  }

  @Test
  final void aPauseSpendsNoAttemptAndKeepsTheLastError() {
    UUID id = claimed("x");
    store.settle(List.of(new Rescheduled(id, 1, false, Duration.ZERO, "broker away")));
    claimDue("kafka", 1);

    store.settle(List.of(new Rescheduled(id, 2, false, MINUTE, null)));

    assertThat(row("x")).containsEntry("attempts", 0).containsEntry("last_error", "broker away");
    assertThat(claimDue("kafka", 1)).isEmpty();
    assertThat(store.unsent(List.of("kafka")).nextDue().orElseThrow())
        .isBetween(Duration.ofSeconds(30), MINUTE);
  }

  @Test
  final void aStaleClaimChangesNothing() {
    append(NewRow.due(rows.row("kafka", "x")));
    UUID id =
        store.claimDue("kafka", 1, MANY_BYTES, Duration.ofMillis(1)).get(0).row().message().id();
    await().until(() -> claimDue("kafka", 1), some -> !some.isEmpty());

    int changed =
        store.settle(
            List.of(
                new Rescheduled(id, 1, true, Duration.ZERO, "late"),
                new Dead(id, 1, true, "late", false)));

    assertThat(changed).isZero();
    assertThat(row("x")).containsEntry("status", 0).containsEntry("attempts", 0);
  }

  @Test
  final void aDeadRowIsNeitherClaimedNorPurged() {
    UUID id = claimed("x");

    assertThat(store.settle(List.of(new Dead(id, 1, true, "rejected for good", false))))
        .isEqualTo(1);

    assertThat(row("x"))
        .containsEntry("status", 2)
        .containsEntry("attempts", 1)
        .containsEntry("last_error", "rejected for good");
    assertThat(claimDue("kafka", 10)).isEmpty();
    assertThat(store.purge(Duration.ZERO, 10)).isZero();
    assertThat(store.backlog().dead()).isEqualTo(1);
  }

  @Test
  final void sentWinsOverDeadAndCancelled() {
    for (int status : new int[] {2, 3}) {
      UUID id = claimed("s" + status);
      setStatus("s" + status, status);

      assertThat(store.settle(List.of(new Sent(id, "late")))).isEqualTo(1);

      assertThat(row("s" + status)).containsEntry("status", 1).containsEntry("place", "late");
    }
  }

  @Test
  final void sentWinsOverAnyClaim() {
    UUID id = claimed("x");
    store.settle(List.of(new Rescheduled(id, 1, false, Duration.ZERO, null)));
    claimDue("kafka", 1);

    assertThat(store.settle(List.of(new Dead(id, 2, true, "e", false), new Sent(id, null))))
        .isPositive();

    assertThat(row("x")).containsEntry("status", 1);
  }

  @Test
  final void anUnknownStatusIsLeftAlone() {
    UUID id = claimed("x");
    setStatus("x", 9);

    assertThat(store.settle(List.of(new Sent(id, null)))).isZero();
    assertThat(claimDue("kafka", 10)).isEmpty();
    assertThat(store.purge(Duration.ZERO, 10)).isZero();
    assertThat(row("x")).containsEntry("status", 9);
  }

  @Test
  final void aBatchOfManyKindsIsSettledAtOnce() {
    List<UUID> ids = IntStream.range(0, 1_500).mapToObj(i -> rows.newId()).toList();
    append(
        ids.stream()
            .map(id -> NewRow.due(rows.row("kafka", rows.message("b").id(id))))
            .toArray(NewRow[]::new));
    store.claimDue("kafka", 2_000, MANY_BYTES, MINUTE);
    List<Settlement> settlements = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      UUID id = ids.get(i);
      settlements.add(
          switch (i % 10) {
            case 0 -> new Rescheduled(id, 1, i % 20 == 0, MINUTE, i % 20 == 0 ? "e" + i : null);
            case 1 -> new Dead(id, 1, false, "outcome unknown", i % 20 == 1);
            default -> new Sent(id, i % 3 == 0 ? null : "0@" + i);
          });
    }
    Collections.shuffle(settlements, new Random(1));

    assertThat(store.settle(settlements)).isEqualTo(1_500);

    Backlog backlog = store.backlog();
    assertThat(backlog.unsent()).isEqualTo(150);
    assertThat(backlog.dead()).isEqualTo(150);
    assertThat(store.settle(List.of())).isZero();
  }

  @Test
  final void settlersOfTheSameRowsGetThrough() throws Exception {
    List<UUID> ids = IntStream.range(0, 200).mapToObj(i -> rows.newId()).toList();
    append(
        ids.stream()
            .map(id -> NewRow.due(rows.row("kafka", rows.message("b").id(id))))
            .toArray(NewRow[]::new));
    claimDue("kafka", 1_000);

    List<Integer> changed =
        together(
            4,
            () -> {
              List<UUID> mine = new ArrayList<>(ids);
              Collections.shuffle(mine);
              return store.settle(
                  mine.stream().map(id -> (Settlement) new Sent(id, null)).toList());
            });

    assertThat(changed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(200);
  }

  @Test
  final void aLongErrorIsCutNotRefused() {
    UUID id = claimed("x");

    store.settle(List.of(new Dead(id, 1, true, "e\0" + "😀".repeat(2_000), false)));

    assertThat((String) row("x").get("last_error")).startsWith("e?😀").hasSizeBetween(500, 1_000);
  }
}
