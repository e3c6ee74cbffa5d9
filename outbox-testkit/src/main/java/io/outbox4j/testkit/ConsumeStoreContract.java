package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.InboxSettings;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.ConsumeStore.Admission;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What every {@link ConsumeStore} in a relational database promises. The tests share a table named
 * {@code message_consume}; each uses an application and topic of its own in it.
 */
public abstract class ConsumeStoreContract {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final String application = "app-" + UUID.randomUUID();
  private ConsumeStore store;

  /** For subclasses. */
  protected ConsumeStoreContract() {}

  /** The database, in which the table stands. */
  protected abstract DataSource dataSource();

  /** A store of an application's rows in that table. */
  protected abstract ConsumeStore store(String application, InboxSettings settings);

  @BeforeEach
  final void prepare() {
    store = store(application, new InboxSettings(LONG, false));
  }

  @AfterEach
  final void stop() {
    executor.shutdownNow();
  }

  // Admitting -------------------------------------------------------------------------------------

  @Test
  final void aMessageIsAdmittedOnce() {
    ReceivedMessage message = message("a");

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
  }

  @Test
  final void eachGroupAndEachSourceHasItsOwn() {
    String id = UUID.randomUUID().toString();

    assertThat(admitted(received("g", "s", id))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("h", "s", id))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g", "t", id))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g", "s", id))).isEqualTo(Admission.DUPLICATE);
  }

  @Test
  final void identitiesCompareByteByByte() {
    String id = UUID.randomUUID() + "-";
    for (String suffix : List.of("a", "A", "a ", "a  ", " a", "ä", "a\u0308", "ａ", "ß", "ss", "")) {
      assertThat(admitted(received("g", "s", id + suffix)))
          .as("'%s'", suffix)
          .isEqualTo(Admission.ADMITTED);
    }
    assertThat(admitted(received("G", "s", id + "a"))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g ", "s", id + "a"))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g", "S", id + "a"))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g", "s", id + "😀"))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received("g", "s", id + "😀"))).isEqualTo(Admission.DUPLICATE);
  }

  @Test
  final void theLongestIdentityIsKeptInFull() {
    String group = "組".repeat(150);
    String source = "源".repeat(200);
    String id = UUID.randomUUID() + "識".repeat(219);

    assertThat(admitted(received(group, source, id))).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(received(group, source, id))).isEqualTo(Admission.DUPLICATE);
    assertThat(admitted(received(group, source, id.substring(0, 254) + "x")))
        .isEqualTo(Admission.ADMITTED);
  }

  @Test
  final void whatIsTooLongIsRefusedWithTheFieldsName() {
    assertRefused("consumerGroup", received("g".repeat(151), "s", "i"));
    assertRefused("source", received("g", "s".repeat(201), "i"));
    assertRefused("messageId", received("g", "s", "i".repeat(256)));
    assertRefused("messageId", received("g", "s", "\uD83D"));
  }

  /** What is only there to be looked at must not keep a message from taking effect. */
  @Test
  final void whatIsNotTheIdentityIsCutRatherThanRefused() {
    ReceivedMessage message =
        ReceivedMessage.of("g", "s", UUID.randomUUID().toString())
            .topic("t".repeat(600))
            .businessId("b\u0000".repeat(300))
            .build();

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
  }

  @Test
  final void aRowVanishesWithItsTransaction() {
    ReceivedMessage message = message("a");
    transactions()
        .executeWithoutResult(
            status -> {
              assertThat(store.admit(message)).isEqualTo(Admission.ADMITTED);
              status.setRollbackOnly();
            });

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
  }

  @Test
  final void aDuplicateDoesNotSpoilTheTransaction() {
    ReceivedMessage message = message("a");
    admitted(message);

    Admission next =
        transactions()
            .execute(
                status -> {
                  assertThat(store.admit(message)).isEqualTo(Admission.DUPLICATE);
                  return store.admit(message("b"));
                });

    assertThat(next).isEqualTo(Admission.ADMITTED);
  }

  @Test
  final void withoutATransactionNothingIsAdmitted() {
    try (Connection connection = dataSource().getConnection()) {
      if (!connection.getAutoCommit()) {
        return; // Such a pool hands out connections that look like a transaction's.
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    ReceivedMessage message = message("a");

    assertThatThrownBy(() -> store.admit(message)).isInstanceOf(IllegalStateException.class);

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
  }

  @Test
  final void whatIsKeptIsKept() {
    byte[] payload = {0, 1, -1};
    ReceivedMessage message =
        ReceivedMessage.of("g", "s", UUID.randomUUID().toString())
            .topic("orders")
            .place(3, 1_042L)
            .businessId("o-1")
            .header("trace", "ä\0")
            .payload(payload)
            .build();
    ConsumeStore keeping = store(application, new InboxSettings(LONG, true));
    transactions().executeWithoutResult(status -> keeping.admit(message));

    List<Object> row =
        client()
            .sql(
                "SELECT partition_no, offset_no, topic, business_id, headers, payload FROM"
                    + " message_consume WHERE application = ?")
            .param(application)
            .query(
                (result, number) ->
                    List.<Object>of(
                        result.getInt(1),
                        result.getLong(2),
                        result.getString(3),
                        result.getString(4),
                        result.getString(5),
                        List.of(result.getBytes(6).length, (int) result.getBytes(6)[2])))
            .single();

    assertThat(row)
        .isEqualTo(List.of(3, 1_042L, "orders", "o-1", "trace=%C3%A4%00", List.of(3, -1)));
  }

  @Test
  final void thePayloadIsKeptOnlyWhenAskedFor() {
    admitted(
        ReceivedMessage.of("g", "s", UUID.randomUUID().toString()).payload(new byte[9]).build());

    assertThat(count("payload IS NULL AND headers IS NULL")).isEqualTo(1);
  }

  // Waiting ---------------------------------------------------------------------------------------

  @Test
  final void duplicatesWaitForTheFirstAndAreRecognised() throws Exception {
    ReceivedMessage message = message("a");
    CountDownLatch end = new CountDownLatch(1);
    Future<Admission> first = holding(message, end, true);
    List<Future<Admission>> duplicates =
        IntStream.range(0, 2).mapToObj(i -> executor.submit(() -> persistent(message))).toList();
    for (Future<Admission> duplicate : duplicates) {
      assertThatThrownBy(() -> duplicate.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    }
    end.countDown();

    assertThat(first.get()).isEqualTo(Admission.ADMITTED);
    for (Future<Admission> duplicate : duplicates) {
      assertThat(duplicate.get()).isEqualTo(Admission.DUPLICATE);
    }
  }

  @Test
  final void whenTheFirstRollsBackOneOfThoseThatWaitIsAdmitted() throws Exception {
    ReceivedMessage message = message("a");
    CountDownLatch end = new CountDownLatch(1);
    Future<Admission> first = holding(message, end, false);
    List<Future<Admission>> duplicates =
        IntStream.range(0, 3).mapToObj(i -> executor.submit(() -> persistent(message))).toList();
    assertThatThrownBy(() -> duplicates.get(0).get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    end.countDown();
    first.get();

    List<Admission> admissions = new ArrayList<>();
    for (Future<Admission> duplicate : duplicates) {
      admissions.add(duplicate.get());
    }
    assertThat(admissions)
        .containsExactlyInAnyOrder(Admission.ADMITTED, Admission.DUPLICATE, Admission.DUPLICATE);
  }

  @Test
  final void theWaitHasALimit() throws Exception {
    ReceivedMessage message = message("a");
    CountDownLatch end = new CountDownLatch(1);
    Future<Admission> first = holding(message, end, true);
    ConsumeStore impatient = store(application, new InboxSettings(Duration.ofSeconds(1), false));
    long begin = System.nanoTime();

    assertThatThrownBy(
            () -> transactions().executeWithoutResult(status -> impatient.admit(message)))
        .isInstanceOf(InProgressElsewhereException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(700), Duration.ofSeconds(8));
    end.countDown();
    assertThat(first.get()).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
  }

  // Failures --------------------------------------------------------------------------------------

  @Test
  final void aFailureIsRecordedAndTheMessageMayRunAgain() {
    ReceivedMessage message = message("a");

    store.recordFailure(message, "OutOfPoints");
    assertThat(count("status = 2 AND attempts = 1 AND last_error = 'OutOfPoints'")).isEqualTo(1);
    store.recordFailure(message, "again");
    assertThat(count("status = 2 AND attempts = 2 AND last_error = 'again'")).isEqualTo(1);
    assertThat(count("first_failed_at <= last_failed_at AND consumed_at IS NULL")).isEqualTo(1);

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
    assertThat(count("status = 1 AND attempts = 2 AND consumed_at IS NOT NULL")).isEqualTo(1);
  }

  @Test
  final void aFailedRowComesBackWhenItsNextTryRollsBack() {
    ReceivedMessage message = message("a");
    store.recordFailure(message, "first");
    transactions()
        .executeWithoutResult(
            status -> {
              assertThat(store.admit(message)).isEqualTo(Admission.ADMITTED);
              status.setRollbackOnly();
            });

    assertThat(count("status = 2 AND attempts = 1")).isEqualTo(1);
  }

  @Test
  final void aFailureNeverOverwritesAConsumedOrParkedRow() {
    ReceivedMessage consumed = message("a");
    admitted(consumed);
    store.recordFailure(consumed, "late");
    assertThat(count("status = 1 AND attempts = 0 AND last_error IS NULL")).isEqualTo(1);

    setStatus(3);
    store.recordFailure(consumed, "late");
    assertThat(count("status = 3 AND attempts = 0 AND last_error IS NULL")).isEqualTo(1);
  }

  @Test
  final void aParkedMessageWaits() {
    ReceivedMessage message = message("a");
    store.recordFailure(message, "e");
    setStatus(3);

    assertThat(admitted(message)).isEqualTo(Admission.PARKED);
    assertThat(count("status = 3")).isEqualTo(1);
  }

  @Test
  final void aMessageThatIsToBeRedeliveredRuns() {
    ReceivedMessage message = message("a");
    admitted(message);
    setStatus(0);

    assertThat(admitted(message)).isEqualTo(Admission.ADMITTED);
    assertThat(admitted(message)).isEqualTo(Admission.DUPLICATE);
  }

  @Test
  final void anUnknownStatusIsLeftAlone() {
    ReceivedMessage message = message("a");
    admitted(message);
    setStatus(9);

    assertThat(admitted(message)).isEqualTo(Admission.PARKED);
    store.recordFailure(message, "e");
    assertThat(store.purge(Duration.ZERO, 10)).isZero();
    assertThat(count("status = 9")).isEqualTo(1);
  }

  @Test
  final void aLongErrorIsCutNotRefused() {
    store.recordFailure(message("a"), "e\0" + "😀".repeat(2_000));

    assertThat(count("last_error LIKE 'e?😀%'")).isEqualTo(1);
  }

  @Test
  final void aFailureIsNotRecordedWhileTheMessageIsBeingHandled() throws Exception {
    ReceivedMessage message = message("a");
    CountDownLatch end = new CountDownLatch(1);
    Future<Admission> first = holding(message, end, true);
    long begin = System.nanoTime();

    assertThatThrownBy(() -> store.recordFailure(message, "s3cret"))
        .isInstanceOf(DataAccessException.class)
        .satisfies(error -> TestRows.assertTellsNothingOf("s3cret", error));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    end.countDown();
    first.get();
  }

  // Purging ---------------------------------------------------------------------------------------

  @Test
  final void purgeTakesConsumedRowsUpToItsLimit() {
    for (String id : List.of("a", "b", "c")) {
      admitted(message(id));
    }
    store.recordFailure(message("failed"), "e");

    assertThat(store.purge(Duration.ofHours(1), 10)).isZero();
    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(2);
    assertThat(store.purge(Duration.ZERO, 2)).isEqualTo(1);
    assertThat(store.purge(Duration.ZERO, 2)).isZero();
    assertThat(count("status = 2")).isEqualTo(1);
  }

  @Test
  final void purgeLeavesOtherApplicationsAlone() {
    admitted(message("a"));

    assertThat(
            store("app-" + UUID.randomUUID(), InboxSettings.ofDefaults()).purge(Duration.ZERO, 10))
        .isZero();
    assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(1);
  }

  // Steps -----------------------------------------------------------------------------------------

  private ReceivedMessage message(String id) {
    return received("group", application, id);
  }

  private static ReceivedMessage received(String group, String source, String id) {
    return ReceivedMessage.of(group, source, id).topic("orders").build();
  }

  private Admission admitted(ReceivedMessage message) {
    return transactions().execute(status -> store.admit(message));
  }

  /** As the inbox does it: a deadlock's victim starts again. */
  private Admission persistent(ReceivedMessage message) {
    Supplier<Admission> attempt = () -> admitted(message);
    while (true) {
      try {
        return attempt.get();
      } catch (PessimisticLockingFailureException e) {
        // The next try waits for whoever won.
      }
    }
  }

  /** Admits a message on another thread and keeps the transaction open. */
  private Future<Admission> holding(ReceivedMessage message, CountDownLatch end, boolean commit)
      throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    Future<Admission> first =
        executor.submit(
            () ->
                transactions()
                    .execute(
                        status -> {
                          Admission admission = store.admit(message);
                          held.countDown();
                          await(end);
                          if (!commit) {
                            status.setRollbackOnly();
                          }
                          return admission;
                        }));
    assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
    return first;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assertRefused(String field, ReceivedMessage message) {
    assertThatThrownBy(() -> admitted(message))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private void setStatus(int status) {
    transactions()
        .executeWithoutResult(
            running ->
                client()
                    .sql("UPDATE message_consume SET status = ? WHERE application = ?")
                    .params(status, application)
                    .update());
  }

  private int count(String condition) {
    return client()
        .sql("SELECT count(*) FROM message_consume WHERE application = ? AND " + condition)
        .param(application)
        .query(Integer.class)
        .single();
  }

  private JdbcClient client() {
    return JdbcClient.create(dataSource());
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new JdbcTransactionManager(dataSource()));
  }
}
