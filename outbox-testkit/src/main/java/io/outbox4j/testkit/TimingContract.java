package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.HeadPolicy;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Settlement.Sent;
import io.outbox4j.spi.Timing;
import io.outbox4j.spi.Unsent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link io.outbox4j.spi.SendStore} promises of rows that wait, expire or are cancelled. */
abstract class TimingContract extends SendStoreSteps {

  private static final Duration HOUR = Duration.ofHours(1);

  private final Clock clock = Clock.systemUTC();
  private final Map<String, UUID> ids = new HashMap<>();

  TimingContract(SendStoreContract contract) {
    super(contract);
  }

  @Test
  final void aDelayedRowIsDueAfterItsDelay() {
    append(NewRow.due(row("x", after(Duration.ofMillis(400)))));
    assertThat(claimDue("kafka", 1)).isEmpty();
    assertThat(store.unsent(List.of("kafka")).nextDue())
        .get()
        .satisfies(
            wait -> assertThat(wait).isBetween(Duration.ofMillis(1), Duration.ofMillis(400)));

    List<ClaimedRow> claimed = await().until(() -> claimDue("kafka", 1), some -> !some.isEmpty());

    assertThat(claimed.get(0).claims()).isEqualTo(1);
  }

  @Test
  final void aTimeIsThatOfTheDatabasesClock() {
    append(
        NewRow.due(row("to come", at(clock.instant().plus(HOUR)))),
        NewRow.due(row("over", at(Instant.EPOCH))),
        NewRow.due(row("in months", at(clock.instant().plus(Duration.ofDays(200))))));

    assertThat(names(claimDue("kafka", 10))).containsExactly("over");
    assertThat(settled("over").nextDue().orElseThrow())
        .isBetween(HOUR.minusMinutes(1), HOUR.plusMinutes(1));
  }

  /** What waits when the row that was claimed is sent. */
  private Unsent settled(String name) {
    UUID id = id(name);
    store.settle(List.of(new Sent(id, null)));
    return store.unsent(List.of("kafka"));
  }

  @Test
  final void aDelayedHeadHoldsItsLine() {
    SendRow head = inLine("head", after(HOUR));
    append(NewRow.due(head), NewRow.due(inLine("behind", Timing.ANY)));
    String line = Objects.requireNonNull(head.line()).id();

    assertThat(store.claimLines("kafka", List.of(line), 10, MANY_BYTES, MINUTE)).isEmpty();
    assertThat(store.heads("kafka", List.of(line)))
        .singleElement()
        .extracting(LineHead::dueIn)
        .satisfies(wait -> assertThat(wait).isBetween(HOUR.minusMinutes(1), HOUR));
  }

  @Test
  final void aClaimSaysHowLongARowMayBeSent() {
    append(
        NewRow.due(row("never", Timing.ANY)),
        NewRow.due(row("later", expiring(clock.instant().plus(HOUR)))),
        NewRow.due(row("over", expiring(clock.instant().minus(HOUR)))),
        NewRow.due(inLine("over in line", expiring(Instant.EPOCH))));

    List<ClaimedRow> claimed = claimDue("kafka", 10);

    assertThat(expiresIn("never", claimed)).isNull();
    assertThat(expiresIn("later", claimed)).isBetween(HOUR.minusMinutes(1), HOUR.plusMinutes(1));
    assertThat(expiresIn("over", claimed)).isNegative();
    String line = rows.line("kafka", "key", HeadPolicy.BLOCK).id();
    List<ClaimedRow> inLine = store.claimLines("kafka", List.of(line), 1, MANY_BYTES, MINUTE);
    assertThat(expiresIn("over in line", inLine)).isNegative();
  }

  @Test
  final void delayedRowsAreNoBacklog() {
    append(
        NewRow.due(row("delayed", after(HOUR))),
        NewRow.due(inLine("delayed in line", after(HOUR))),
        NewRow.kept(row("on its way", Timing.ANY), MINUTE),
        NewRow.due(row("since now", at(clock.instant()))));

    assertThat(store.backlog().delayed()).isEqualTo(2);
    assertThat(store.backlog().unsent()).isEqualTo(2);
  }

  @Test
  final void whatWasDelayedWaitsSinceItWasDue() {
    append(old("a", at(clock.instant().minus(Duration.ofMinutes(5)))));
    assertThat(store.backlog().oldestUnsent())
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));

    append(old("b", at(Instant.EPOCH)));
    assertThat(store.backlog().oldestUnsent())
        .as("never longer than since it was published")
        .isBetween(HOUR.minusMinutes(1), HOUR.plusMinutes(1));
  }

  private NewRow old(String name, Timing timing) {
    return NewRow.due(
        new SendRow(rows.message(name).age(HOUR).build(), "kafka", true, null, timing));
  }

  @Test
  final void aCancelledRowIsNeitherClaimedNorBacklog() {
    append(
        NewRow.due(row("x", after(HOUR))),
        NewRow.due(row("due", Timing.ANY)),
        NewRow.due(inLine("head", after(HOUR))),
        NewRow.due(inLine("behind", Timing.ANY)));

    assertThat(cancel("x")).isTrue();
    assertThat(cancel("due")).isTrue();
    assertThat(cancel("head")).isTrue();

    assertThat(cancel("x")).as("a second time").isFalse();
    assertThat(claimDue("kafka", 10)).isEmpty();
    assertThat(store.backlog().delayed()).isZero();
    String line = rows.line("kafka", "key", HeadPolicy.BLOCK).id();
    assertThat(names(store.claimLines("kafka", List.of(line), 10, MANY_BYTES, MINUTE)))
        .as("what stood behind it")
        .containsExactly("behind");
    assertThat(row("x").get("status")).isEqualTo(3);
  }

  @Test
  final void aRollbackTakesACancellationBack() {
    append(NewRow.due(inLine("x", Timing.ANY)));
    UUID id = id("x");

    transactions()
        .executeWithoutResult(
            status -> {
              assertThat(store.cancel(id)).isTrue();
              status.setRollbackOnly();
            });

    String line = rows.line("kafka", "key", HeadPolicy.BLOCK).id();
    assertThat(names(store.claimLines("kafka", List.of(line), 10, MANY_BYTES, MINUTE)))
        .containsExactly("x");
  }

  @Test
  final void whatSomebodyClaimedCanNotBeCancelled() {
    append(NewRow.kept(row("kept", Timing.ANY), MINUTE), NewRow.due(row("claimed", Timing.ANY)));
    store.claimDue("kafka", 1, MANY_BYTES, Duration.ZERO);

    assertThat(cancel("kept")).isFalse();
    assertThat(cancel("claimed")).as("though its lease is over").isFalse();
  }

  @Test
  final void applicationsDoNotCancelEachOthersRows() {
    append(NewRow.due(row("x", after(HOUR))));
    UUID id = id("x");

    Boolean cancelled = transactions().execute(status -> store("another").cancel(id));

    assertThat(cancelled).isFalse();
  }

  @Test
  final void aClaimPassesByWhatIsBeingCancelled() {
    append(NewRow.due(row("x", Timing.ANY)));
    UUID id = id("x");

    transactions()
        .executeWithoutResult(
            status -> {
              assertThat(store.cancel(id)).isTrue();
              assertThat(elsewhere(() -> claimDue("kafka", 10))).isEmpty();
            });

    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void cancelledRowsArePurged() {
    append(NewRow.due(row("x", after(HOUR))));
    cancel("x");

    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(1);
  }

  private boolean cancel(String name) {
    UUID id = id(name);
    return Objects.requireNonNull(transactions().execute(status -> store.cancel(id)));
  }

  private UUID id(String name) {
    return Objects.requireNonNull(ids.get(name));
  }

  private SendRow row(String name, Timing timing) {
    return row(name, null, timing);
  }

  private SendRow inLine(String name, Timing timing) {
    return row(name, rows.line("kafka", "key", HeadPolicy.BLOCK), timing);
  }

  private SendRow row(String name, @Nullable Line line, Timing timing) {
    OutgoingMessage message = rows.message(name).build();
    ids.put(name, message.id());
    return new SendRow(message, "kafka", true, line, timing);
  }

  private static Timing after(Duration delay) {
    return new Timing(delay, null, null);
  }

  private static Timing at(Instant time) {
    return new Timing(Duration.ZERO, time, null);
  }

  private static Timing expiring(Instant time) {
    return new Timing(Duration.ZERO, null, time);
  }

  private static @Nullable Duration expiresIn(String name, List<ClaimedRow> claimed) {
    return claimed.stream()
        .filter(row -> name.equals(row.row().message().businessId()))
        .findFirst()
        .orElseThrow()
        .expiresIn();
  }
}
