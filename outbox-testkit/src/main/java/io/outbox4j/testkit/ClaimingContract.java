package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} promises of rows that are due. */
abstract class ClaimingContract extends SendStoreSteps {

  ClaimingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void aKeptRowIsDueAfterItsGrace() {
    append(NewRow.kept(rows.row("kafka", "x"), Duration.ofMillis(300)));
    assertThat(store.unsent(List.of("kafka")).nextDue())
        .get()
        .satisfies(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(300)));

    ClaimedRow claimed = await().until(() -> claimDue("kafka", 1), some -> !some.isEmpty()).get(0);

    assertThat(claimed.claims()).isEqualTo(2);
    assertThat(claimed.resolved()).isZero();
    assertThat(claimed.inDoubt()).isTrue();
  }

  @Test
  final void aRowUnderGraceIsNotClaimed() {
    append(NewRow.kept(rows.row("kafka", "x"), MINUTE));

    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void theGraceCountsFromTheStatement() {
    long begin = System.nanoTime();
    transactions()
        .executeWithoutResult(
            status -> {
              client().sql("SELECT count(*) FROM message_send").query(Long.class).single();
              await().until(() -> System.nanoTime() - begin > Duration.ofMillis(700).toNanos());
              store.append(List.of(NewRow.kept(rows.row("kafka", "x"), Duration.ofMillis(500))));
            });

    assertThat(claimDue("kafka", 1)).isEmpty();
  }

  @Test
  final void aClaimLeasesTheRow() {
    append(NewRow.due(rows.row("kafka", "x")));

    ClaimedRow claimed = claimDue("kafka", 10).get(0);

    assertThat(claimed.claims()).isEqualTo(1);
    assertThat(claimed.inDoubt()).isFalse();
    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void anEndedLeaseMakesTheRowDue() {
    append(NewRow.due(rows.row("kafka", "x")));
    store.claimDue("kafka", 1, MANY_BYTES, Duration.ofMillis(50));

    List<ClaimedRow> again = await().until(() -> claimDue("kafka", 1), some -> !some.isEmpty());

    assertThat(again.get(0).claims()).isEqualTo(2);
    assertThat(again.get(0).inDoubt()).isTrue();
  }

  @Test
  final void aClaimIsBoundedByCountOldestDueFirst() {
    append(
        new NewRow(rows.row("kafka", "second"), Duration.ofSeconds(-5), 0),
        new NewRow(rows.row("kafka", "third"), Duration.ZERO, 0),
        new NewRow(rows.row("kafka", "first"), Duration.ofSeconds(-9), 0));

    assertThat(names(claimDue("kafka", 2))).containsExactly("first", "second");
    assertThat(names(claimDue("kafka", 2))).containsExactly("third");
  }

  @Test
  final void aClaimIsBoundedByBytesAndTakesTheFirstHoweverLarge() {
    append(
        dueSince(3, "large", 5_000),
        dueSince(2, "a", 600),
        dueSince(1, "b", 400),
        dueSince(0, "c", 1));

    assertThat(names(store.claimDue("kafka", 10, 1_000, MINUTE))).containsExactly("large");
    List<ClaimedRow> two = store.claimDue("kafka", 10, 1_000, MINUTE);
    assertThat(names(two)).containsExactly("a", "b");
    assertThat(two.get(0).row().message().payload()).hasSize(600);
    assertThat(names(store.claimDue("kafka", 10, 1_000, MINUTE))).containsExactly("c");
  }

  @Test
  final void headersCountAsBytesOfAClaim() {
    Map<String, String> headers = Map.of("h", "x".repeat(600));
    append(
        new NewRow(
            rows.row("kafka", rows.message("a").headers(headers)), Duration.ofSeconds(-2), 0),
        new NewRow(
            rows.row("kafka", rows.message("b").headers(headers)), Duration.ofSeconds(-1), 0));

    assertThat(names(store.claimDue("kafka", 10, 1_000, MINUTE))).containsExactly("a");
    assertThat(names(store.claimDue("kafka", 10, 1_000, MINUTE))).containsExactly("b");
  }

  @Test
  final void transportsAreKeptApart() {
    append(NewRow.due(rows.row("kafka", "k")), NewRow.due(rows.row("Kafka", "K")));

    assertThat(names(claimDue("Kafka", 10))).containsExactly("K");
    assertThat(names(claimDue("kafka", 10))).containsExactly("k");
  }

  @Test
  final void applicationsAreKeptApart() {
    SendStore other = store(store.application().toUpperCase(Locale.ROOT));
    append(NewRow.due(rows.row("kafka", "x")));

    assertThat(other.claimDue("kafka", 10, MANY_BYTES, MINUTE)).isEmpty();
    assertThat(other.unsent(List.of("kafka")).nextDue()).isEmpty();
    assertThat(other.backlog().unsent()).isZero();
    UUID id = claimDue("kafka", 1).get(0).row().message().id();
    assertThat(other.settle(List.of(new Sent(id, null)))).isZero();
    store.settle(List.of(new Sent(id, null)));
    assertThat(other.purge(Duration.ZERO, 10)).isZero();
    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(1);
  }

  @Test
  final void lockedRowsAreSkipped() {
    append(dueSince(2, "locked", 1), dueSince(1, "free", 1));
    whileLocked(
        "locked",
        () -> {
          assertThat(names(claimDue("kafka", 10))).containsExactly("free");
          assertThat(store.unsent(List.of("kafka")).nextDue()).contains(Duration.ZERO);
        });
    assertThat(names(claimDue("kafka", 10))).containsExactly("locked");
  }

  @Test
  final void manyClaimersNeverShareARow() throws Exception {
    int count = 400;
    append(
        IntStream.range(0, count)
            .mapToObj(i -> NewRow.due(rows.row("kafka", "n" + i)))
            .toArray(NewRow[]::new));
    Set<UUID> seen = ConcurrentHashMap.newKeySet();
    List<UUID> twice = Collections.synchronizedList(new ArrayList<>());

    together(
        4,
        () -> {
          while (store.unsent(List.of("kafka")).nextDue().equals(Optional.of(Duration.ZERO))) {
            for (ClaimedRow row : claimDue("kafka", 30)) {
              UUID id = row.row().message().id();
              if (!seen.add(id)) {
                twice.add(id);
              }
            }
          }
          return null;
        });

    assertThat(twice).isEmpty();
    assertThat(seen).hasSize(count);
  }

  @Test
  final void theNextDueTimeIsThatOfTheTransportsAskedFor() {
    append(
        new NewRow(rows.row("slow", "x"), Duration.ofMinutes(10), 0),
        new NewRow(rows.row("fast", "x"), Duration.ofMinutes(5), 0));

    assertThat(store.unsent(List.of("slow", "fast")).nextDue().orElseThrow())
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    assertThat(store.unsent(List.of("slow")).nextDue().orElseThrow())
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(store.unsent(List.of("none")).nextDue()).isEmpty();
  }
}
