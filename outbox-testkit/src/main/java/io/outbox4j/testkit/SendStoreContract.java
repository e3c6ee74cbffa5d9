package io.outbox4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.AppendFailedException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What every {@link SendStore} in a relational database promises. The tests share a table named
 * {@code message_send}; each uses an application of its own in it.
 */
public abstract class SendStoreContract {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MANY_BYTES = 64 << 20;

  private SendStore store;
  private TestRows rows;

  /** For subclasses. */
  protected SendStoreContract() {}

  /** The database, in which the table stands. */
  protected abstract DataSource dataSource();

  /** A store of an application's rows in that table. */
  protected abstract SendStore store(String application);

  @BeforeEach
  final void prepare() {
    String application = "app-" + UUID.randomUUID();
    store = store(application);
    rows = new TestRows(application);
  }

  // Appending -------------------------------------------------------------------------------------

  @Test
  final void everyFieldComesBackUnchanged() {
    Map<String, String> headers = Map.of("a\0b", "ü \r\n=&+%", "Ü😀", "", "", "\0");
    OutgoingMessage message =
        rows.message("x")
            .topic("orders 😀")
            .key("A\r\n\tß' \\")
            .partition(7)
            .type("order.created.v1")
            .contentType("application/json")
            .headers(headers)
            .payload(new byte[] {0, -1, '\'', '\\', '\n', 0x1A})
            .build();
    append(NewRow.due(new SendRow(message, "kafka", false)));

    List<ClaimedRow> claimed = claimDue("kafka", 10);

    assertThat(claimed).hasSize(1);
    SendRow row = claimed.get(0).row();
    assertThat(row.message()).usingRecursiveComparison().isEqualTo(message);
    assertThat(row.transport()).isEqualTo("kafka");
    assertThat(row.retry()).isFalse();
  }

  @Test
  final void whatIsNullComesBackAsNull() {
    append(NewRow.due(rows.row("kafka", rows.message("x").payload(null))));

    OutgoingMessage message = claimDue("kafka", 1).get(0).row().message();

    assertThat(message.payload()).isNull();
    assertThat(message.key()).isNull();
    assertThat(message.partition()).isNull();
    assertThat(message.contentType()).isNull();
    assertThat(message.headers()).isEmpty();
  }

  @Test
  final void anEmptyPayloadIsNotNull() {
    append(NewRow.due(rows.row("kafka", rows.message("x").payload(new byte[0]).key(""))));

    OutgoingMessage message = claimDue("kafka", 1).get(0).row().message();

    assertThat(message.payload()).isEmpty();
    assertThat(message.key()).isEmpty();
  }

  @Test
  final void headersKeepTheirOrder() {
    Map<String, String> headers = new LinkedHashMap<>();
    Stream.of("z", "a", "m", "b").forEach(name -> headers.put(name, name));
    append(NewRow.due(rows.row("kafka", rows.message("x").headers(headers))));

    assertThat(claimDue("kafka", 1).get(0).row().message().headers().keySet())
        .containsExactly("z", "a", "m", "b");
  }

  @Test
  final void largePayloadsArriveUnchangedOrAreRefused() {
    for (int size : new int[] {64 << 10, 16 << 20}) {
      byte[] payload = new byte[size];
      new Random(size).nextBytes(payload);
      SendRow row = rows.row("big" + size, rows.message("big").payload(payload));
      try {
        store.vet(row);
      } catch (MessageRefusedException e) {
        assertThat(e.field()).isEqualTo("payload");
        assertThat(size).isGreaterThan(1 << 20);
        continue;
      }
      append(NewRow.due(row));
      byte[] back = store.claimDue("big" + size, 1, 1, MINUTE).get(0).row().message().payload();
      assertThat(Arrays.equals(back, payload)).as("%,d bytes", size).isTrue();
    }
  }

  @Test
  final void manyRowsGoInInTheirOrder() {
    List<NewRow> many =
        IntStream.range(0, 2_500).mapToObj(i -> NewRow.due(rows.row("kafka", "n" + i))).toList();
    append(many.toArray(NewRow[]::new));

    List<String> names =
        client()
            .sql("SELECT business_id FROM message_send WHERE application = ? ORDER BY seq")
            .param(store.application())
            .query((result, number) -> Objects.requireNonNull(result.getString(1)))
            .list();

    assertThat(names)
        .isEqualTo(many.stream().map(row -> row.row().message().businessId()).toList());
  }

  @Test
  final void rowsVanishWithTheirTransaction() {
    transactions()
        .executeWithoutResult(
            status -> {
              store.append(List.of(NewRow.due(rows.row("kafka", "x"))));
              status.setRollbackOnly();
            });

    assertThat(claimDue("kafka", 10)).isEmpty();
  }

  @Test
  final void rowsAreUnseenUntilTheCommit() {
    transactions()
        .executeWithoutResult(
            status -> {
              store.append(List.of(NewRow.due(rows.row("kafka", "x"))));
              assertThat(elsewhere(() -> claimDue("kafka", 10))).isEmpty();
            });

    assertThat(claimDue("kafka", 10)).hasSize(1);
  }

  @Test
  final void aSecondMessageOfTheSameIdIsNamedAsSuchAndTellsNoPayload() {
    SendRow row =
        rows.row("kafka", rows.message("x").key("s3cret").payload("s3cret".getBytes(UTF_8)));
    append(NewRow.due(row));

    assertThatThrownBy(() -> append(NewRow.due(row)))
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("of this id already")
        .satisfies(error -> TestRows.assertTellsNothingOf("s3cret", error));
  }

  @Test
  final void aRowThatTheDatabaseRefusesTellsNoPayload() {
    OutgoingMessage message =
        rows.message("x").topic("s3cret".repeat(100)).payload("s3cret".getBytes(UTF_8)).build();

    assertThatThrownBy(() -> append(NewRow.due(new SendRow(message, "kafka", true))))
        .isInstanceOf(AppendFailedException.class)
        .satisfies(error -> TestRows.assertTellsNothingOf("s3cret", error));
  }

  // Vetting ---------------------------------------------------------------------------------------

  @Test
  final void whatIsTooLongIsRefusedWithTheFieldsName() {
    String tooLong = "x".repeat(1_001);
    assertRefused("topic", rows.message("x").topic(tooLong));
    assertRefused("key", rows.message("x").key(tooLong));
    assertRefused("businessId", rows.message(tooLong));
    assertRefused("type", rows.message("x").type(tooLong));
    assertRefused("contentType", rows.message("x").contentType(tooLong));
    assertRefused("headers", rows.message("x").headers(Map.of("a", "😀".repeat(100_000))));
    assertThatThrownBy(() -> store.vet(rows.row(tooLong, "x")))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo("transport"));
  }

  @Test
  final void halfACharacterIsRefusedWithTheFieldsName() {
    assertRefused("key", rows.message("x").key("a\uD83D"));
    assertRefused("topic", rows.message("x").topic("\uDE00\uD83D"));
    assertRefused("header a", rows.message("x").headers(Map.of("a", "\uD83Dx")));
  }

  @Test
  final void aNulInATextIsKeptOrRefused() {
    SendRow row = rows.row("kafka", rows.message("x").key("a\0b"));
    try {
      store.vet(row);
    } catch (MessageRefusedException e) {
      assertThat(e.field()).isEqualTo("key");
      return;
    }
    append(NewRow.due(row));
    assertThat(claimDue("kafka", 1).get(0).row().message().key()).isEqualTo("a\0b");
  }

  @Test
  final void anotherApplicationsMessageIsRefused() {
    assertThatThrownBy(() -> store.vet(new TestRows("somebody-else").row("kafka", "x")))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo("source"));
  }

  // Claiming --------------------------------------------------------------------------------------

  @Test
  final void aKeptRowIsDueAfterItsGrace() {
    append(NewRow.kept(rows.row("kafka", "x"), Duration.ofMillis(300)));
    assertThat(store.untilNextDue(List.of("kafka")))
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
    assertThat(other.untilNextDue(List.of("kafka"))).isEmpty();
    assertThat(other.backlog().unsent()).isZero();
    UUID id = claimDue("kafka", 1).get(0).row().message().id();
    assertThat(other.settle(List.of(new Sent(id, null)))).isZero();
    store.settle(List.of(new Sent(id, null)));
    assertThat(other.purge(Duration.ZERO, 10)).isZero();
    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(1);
  }

  @Test
  final void lockedRowsAreSkipped() throws Exception {
    append(dueSince(2, "locked", 1), dueSince(1, "free", 1));
    try (Connection other = dataSource().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // So that it locks this row alone, wherever the database looks for it.
      other.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      statement.executeUpdate(
          "UPDATE message_send SET place = 'x' WHERE business_id = 'locked' AND application = '"
              + store.application()
              + "'");

      assertThat(names(claimDue("kafka", 10))).containsExactly("free");
      assertThat(store.untilNextDue(List.of("kafka"))).contains(Duration.ZERO);
      other.rollback();
    }
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
          while (store.untilNextDue(List.of("kafka")).equals(Optional.of(Duration.ZERO))) {
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

    assertThat(store.untilNextDue(List.of("slow", "fast")).orElseThrow())
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    assertThat(store.untilNextDue(List.of("slow")).orElseThrow())
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(store.untilNextDue(List.of("none"))).isEmpty();
  }

  // Settling --------------------------------------------------------------------------------------

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
    assertThat(store.untilNextDue(List.of("kafka")).orElseThrow())
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
                new Dead(id, 1, true, "late")));

    assertThat(changed).isZero();
    assertThat(row("x")).containsEntry("status", 0).containsEntry("attempts", 0);
  }

  @Test
  final void aDeadRowIsNeitherClaimedNorPurged() {
    UUID id = claimed("x");

    assertThat(store.settle(List.of(new Dead(id, 1, true, "rejected for good")))).isEqualTo(1);

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

    assertThat(store.settle(List.of(new Dead(id, 2, true, "e"), new Sent(id, null)))).isPositive();

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
            case 1 -> new Dead(id, 1, false, "outcome unknown");
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

    store.settle(List.of(new Dead(id, 1, true, "e\0" + "😀".repeat(2_000))));

    assertThat((String) row("x").get("last_error")).startsWith("e?😀").hasSizeBetween(500, 1_000);
  }

  // Counting and purging --------------------------------------------------------------------------

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
            .mapToObj(i -> new NewRow(rows.row("stuck", "u"), MINUTE, 0))
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

  // Steps -----------------------------------------------------------------------------------------

  private void append(NewRow... newRows) {
    transactions().executeWithoutResult(status -> store.append(List.of(newRows)));
  }

  private NewRow dueSince(int seconds, String name, int bytes) {
    return new NewRow(
        rows.row("kafka", rows.message(name).payload(new byte[bytes])),
        Duration.ofSeconds(-seconds),
        0);
  }

  private UUID claimed(String name) {
    append(NewRow.due(rows.row("kafka", name)));
    return claimDue("kafka", 1).get(0).row().message().id();
  }

  private void sent(String... names) {
    for (String name : names) {
      store.settle(List.of(new Sent(claimed(name), null)));
    }
  }

  private List<ClaimedRow> claimDue(String transport, int limit) {
    return store.claimDue(transport, limit, MANY_BYTES, MINUTE);
  }

  private static List<String> names(List<ClaimedRow> claimed) {
    return claimed.stream().map(row -> row.row().message().businessId()).toList();
  }

  private void assertRefused(String field, TestRows.Draft message) {
    assertThatThrownBy(() -> store.vet(rows.row("kafka", message)))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private void setStatus(String name, int status) {
    transactions()
        .executeWithoutResult(
            running ->
                client()
                    .sql(
                        "UPDATE message_send SET status = ? WHERE application = ? AND business_id = ?")
                    .params(status, store.application(), name)
                    .update());
  }

  private Map<String, Object> row(String name) {
    return client()
        .sql(
            "SELECT status, attempts, resolved, place, last_error, sent_at FROM message_send"
                + " WHERE application = ? AND business_id = ?")
        .params(store.application(), name)
        .query()
        .singleRow()
        .entrySet()
        .stream()
        .collect(
            HashMap::new,
            (row, column) ->
                row.put(
                    column.getKey().toLowerCase(Locale.ROOT),
                    column.getValue() instanceof Short small
                        ? small.intValue()
                        : column.getValue()),
            Map::putAll);
  }

  private List<String> remaining() {
    return client()
        .sql("SELECT business_id FROM message_send WHERE application = ? ORDER BY seq")
        .param(store.application())
        .query((result, number) -> Objects.requireNonNull(result.getString(1)))
        .list();
  }

  private JdbcClient client() {
    return JdbcClient.create(dataSource());
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new JdbcTransactionManager(dataSource()));
  }

  private static <T> T elsewhere(Callable<T> work) {
    try {
      return together(1, work).get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static <T> List<T> together(int threads, Callable<T> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CountDownLatch ready = new CountDownLatch(threads);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            executor.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return work.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }
}
