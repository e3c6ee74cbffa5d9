package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a {@link SendStore} promises when it counts and purges. */
abstract class PurgingContract extends SendStoreSteps {

  PurgingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void theBacklogTellsTheOldestAge() {
    append(NewRow.due(rows.row("kafka", rows.message("x").age(Duration.ofHours(2)))));
    append(NewRow.due(rows.row("kafka", "y")));

    Backlog backlog = store.backlog();

    assertThat(backlog.unsent()).isEqualTo(2);
    assertThat(backlog.oldestUnsent()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
  }

  @Test
  final void anEmptyBacklogIsZero() {
    assertThat(store.backlog()).isEqualTo(new Backlog(0, Duration.ZERO, 0));
  }

  @Test
  final void purgeTakesSentAndCancelledRowsOldestFirstUpToItsLimit() {
    sent("a", "b", "c");
    append(NewRow.due(rows.row("other", rows.message("cancelled").age(MINUTE))));
    setStatus("cancelled", 3);

    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(2);
    assertThat(remaining()).containsExactly("c", "cancelled");
    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(2);
    assertThat(remaining()).isEmpty();
  }

  @Test
  final void purgeKeepsWhatIsYoungerThanTheRetention() {
    sent("a");

    assertThat(store.purge(Duration.ofHours(1), 10)).isZero();
    assertThat(remaining()).containsExactly("a");
  }

  @Test
  final void purgePassesUnsentAndDeadRowsAtTheLowEnd() {
    append(
        IntStream.range(0, 1_200)
            .mapToObj(i -> NewRow.kept(rows.row("stuck", "u"), MINUTE))
            .toArray(NewRow[]::new));
    sent("a", "b", "c");

    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(2);
    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(1);
    assertThat(store.purge(Duration.ZERO, 2)).isZero();
    sent("d");
    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(1);
    assertThat(store.backlog().unsent()).isEqualTo(1_200);
  }

  @Test
  final void purgeTakesRowsWhoseIdsAreNotOrderedByTime() {
    for (long high : new long[] {0x0000_0000_0000_4000L, 0xF000_0000_0000_4000L}) {
      UUID id =
          new UUID(high + new Random().nextInt(4_096), UUID.randomUUID().getLeastSignificantBits());
      append(NewRow.due(rows.row("kafka", rows.message("x").id(id))));
      store.settle(List.of(new Sent(id, null)));
    }

    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(2);
  }
}
