package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.HeadPolicy;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Sent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the parts of the {@link SendStoreContract} do with a store and its table. */
abstract class SendStoreSteps {

  static final Duration MINUTE = Duration.ofMinutes(1);
  static final int MANY_BYTES = 64 << 20;

  SendStore store;
  TestRows rows;
  private final SendStoreContract contract;

  SendStoreSteps(SendStoreContract contract) {
    this.contract = contract;
  }

  @BeforeEach
  final void prepare() {
    String application = "app-" + UUID.randomUUID();
    store = store(application);
    rows = new TestRows(application);
  }

  final DataSource dataSource() {
    return contract.dataSource();
  }

  final SendStore store(String application) {
    return contract.store(application);
  }

  void append(NewRow... newRows) {
    transactions().executeWithoutResult(status -> store.append(List.of(newRows)));
  }

  NewRow dueSince(int seconds, String name, int bytes) {
    return new NewRow(
        rows.row("kafka", rows.message(name).payload(new byte[bytes])),
        Duration.ofSeconds(-seconds),
        0);
  }

  /** Appends due rows to the line of a key. */
  void appendTo(String key, String... names) {
    append(
        Stream.of(names)
            .map(name -> NewRow.due(rows.inLine("kafka", key, rows.message(name))))
            .toArray(NewRow[]::new));
  }

  String line(String key) {
    return rows.line("kafka", key, HeadPolicy.BLOCK).id();
  }

  /** With room for ten rows of each line. */
  List<ClaimedRow> claimLines(String... keys) {
    return claimLines(10 * keys.length, MANY_BYTES, keys);
  }

  List<ClaimedRow> claimLines(int limit, long maxBytes, String... keys) {
    return store.claimLines(
        "kafka", Stream.of(keys).map(this::line).toList(), limit, maxBytes, MINUTE);
  }

  static UUID id(ClaimedRow claimed) {
    return claimed.row().message().id();
  }

  LineHead head(String key) {
    return heads(key).get(0);
  }

  List<LineHead> heads(String... keys) {
    return store.heads("kafka", Stream.of(keys).map(this::line).toList());
  }

  /** The head of the key's line, after a claim that ended in its death. */
  LineHead deadHead(String key) {
    UUID id = id(claimLines(1, MANY_BYTES, key).get(0));
    store.settle(List.of(new Dead(id, 1, true, "no", false)));
    return head(key);
  }

  UUID claimed(String name) {
    append(NewRow.due(rows.row("kafka", name)));
    return claimDue("kafka", 1).get(0).row().message().id();
  }

  void sent(String... names) {
    for (String name : names) {
      store.settle(List.of(new Sent(claimed(name), null)));
    }
  }

  List<ClaimedRow> claimDue(String transport, int limit) {
    return store.claimDue(transport, limit, MANY_BYTES, MINUTE);
  }

  static List<String> names(List<ClaimedRow> claimed) {
    return claimed.stream().map(row -> row.row().message().businessId()).toList();
  }

  void assertRefused(String field, TestRows.Draft message) {
    assertThatThrownBy(() -> store.vet(rows.row("kafka", message)))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  /** Its transaction changes a row, and rolls back when the work is done. */
  void whileLocked(String name, Runnable work) {
    try (Connection other = dataSource().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // So that it locks this row alone, wherever the database looks for it.
      other.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      statement.executeUpdate(
          "UPDATE message_send SET place = 'x' WHERE business_id = '%s' AND application = '%s'"
              .formatted(name, store.application()));
      work.run();
      other.rollback();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  void setStatus(String name, int status) {
    transactions()
        .executeWithoutResult(
            running ->
                client()
                    .sql(
                        "UPDATE message_send SET status = ? WHERE application = ? AND business_id = ?")
                    .params(status, store.application(), name)
                    .update());
  }

  /** As an operator requeues it. */
  void makeDue(String name) {
    transactions()
        .executeWithoutResult(
            running ->
                client()
                    .sql(
                        "UPDATE message_send SET status = 0, resolved = claims,"
                            + " next_attempt_at = created_at"
                            + " WHERE application = ? AND business_id = ?")
                    .params(store.application(), name)
                    .update());
  }

  Map<String, Object> row(String name) {
    return client()
        .sql(
            "SELECT status, attempts, resolved, place, last_error, sent_at, order_key FROM message_send"
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

  List<String> remaining() {
    return client()
        .sql("SELECT business_id FROM message_send WHERE application = ? ORDER BY seq")
        .param(store.application())
        .query((result, number) -> Objects.requireNonNull(result.getString(1)))
        .list();
  }

  JdbcClient client() {
    return JdbcClient.create(dataSource());
  }

  TransactionTemplate transactions() {
    return new TransactionTemplate(new JdbcTransactionManager(dataSource()));
  }

  static <T> T elsewhere(Callable<T> work) {
    try {
      return together(1, work).get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static <T> List<T> together(int threads, Callable<T> work) throws Exception {
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
