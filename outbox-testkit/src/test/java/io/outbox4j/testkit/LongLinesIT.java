package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.HeadPolicy;
import io.outbox4j.TableSettings;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.testkit.server.DatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rows that stand behind the head of a long line, and rows that are sent, are not read: the
 * database counts what it reads. A plan that reads them is not seen by any other test, and slow
 * just when much waits.
 */
class LongLinesIT {

  private static final int FOLLOWERS = 20_000;
  private static final int SENT = 20_000;
  private static final int LINES = 20;

  /** Head, follower, and each of them in the index and in the table, and again when locked. */
  private static final int ROWS_OF_A_LINE = 20;

  private final TestRows rows = new TestRows("shop");

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL15", "POSTGRESQL18", "MYSQL", "MARIADB"})
  void followersAreNotRead(DatabaseKind kind) throws SQLException {
    try (StoreDatabase database = StoreDatabase.on(kind, true);
        Connection connection = database.dataSource().getConnection()) {
      DataSource alone = new SingleConnectionDataSource(connection, true);
      JdbcTemplate jdbc = new JdbcTemplate(alone);
      TableSettings tables = TableSettings.ofDefaults();
      new Schema(alone, database.dialect(), tables).create();
      if (isPostgres(kind)) {
        jdbc.execute("ALTER TABLE message_send SET (autovacuum_enabled = false)");
      } else {
        // Rows that a condition on an index drops within InnoDB are not counted.
        jdbc.execute("SET optimizer_switch = 'index_condition_pushdown=off'");
      }
      JdbcSendStore store = new JdbcSendStore(alone, database.dialect(), tables, "shop");
      List<String> lines = fill(store, alone);
      if (isPostgres(kind)) {
        // What is left of the rows' first versions is read too, once.
        jdbc.execute("VACUUM message_send");
      }

      assertFollowersAreNotRead(kind, jdbc, store, lines);
      jdbc.execute(isPostgres(kind) ? "ANALYZE message_send" : "ANALYZE TABLE message_send");
      assertFollowersAreNotRead(kind, jdbc, store, lines);
    }
  }

  private static void assertFollowersAreNotRead(
      DatabaseKind kind, JdbcTemplate jdbc, JdbcSendStore store, List<String> lines) {
    int bound = LINES * ROWS_OF_A_LINE;
    Duration lease = Duration.ZERO;

    assertThat(
            read(kind, jdbc, () -> assertThat(store.headsAfter("kafka", null, 500)).hasSize(LINES)))
        .as("walk on %s", kind)
        .isBetween(1L, 1L * bound);
    assertThat(read(kind, jdbc, () -> assertThat(store.heads("kafka", lines)).hasSize(LINES)))
        .as("heads on %s", kind)
        .isBetween(1L, 1L * bound);
    assertThat(
            read(
                kind,
                jdbc,
                () ->
                    assertThat(store.claimLines("kafka", lines, 2 * LINES, 1 << 20, lease))
                        .hasSize(2)))
        .as("claim of lines on %s", kind)
        .isBetween(1L, 1L * bound);
    assertThat(
            read(
                kind,
                jdbc,
                () -> assertThat(store.claimDue("kafka", 100, 1 << 20, lease)).hasSize(1)))
        .as("claim of what is in no line on %s", kind)
        .isBetween(1L, 1L * ROWS_OF_A_LINE);
    assertThat(read(kind, jdbc, () -> assertThat(store.unsent(List.of("kafka")).lines()).isTrue()))
        .as("look on %s", kind)
        .isBetween(1L, 1L * ROWS_OF_A_LINE);
    LineHead head = store.heads("kafka", lines.subList(0, 1)).get(0);
    assertThat(read(kind, jdbc, () -> assertThat(store.dropFollowers(head, 5)).isEqualTo(5)))
        .as("drop on %s", kind)
        .isBetween(1L, 5L * ROWS_OF_A_LINE);
  }

  /** Two long lines, one with a dead head and one with a due one, and short ones that are stuck. */
  private List<String> fill(JdbcSendStore store, DataSource dataSource) {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    append(
        store,
        dataSource,
        IntStream.range(0, SENT).mapToObj(i -> rows.row("kafka", "s")).map(NewRow::due).toList());
    jdbc.update("UPDATE message_send SET status = 1, sent_at = created_at");
    List<NewRow> more = new ArrayList<>(List.of(NewRow.due(rows.row("kafka", "x"))));
    for (int i = 0; i < LINES; i++) {
      int followers = i < 2 ? FOLLOWERS : 3;
      String key = "k" + i;
      more.add(inLine(key, i == 1 ? "due" : "dead"));
      IntStream.range(0, followers).forEach(n -> more.add(inLine(key, "follower")));
    }
    append(store, dataSource, more);
    jdbc.update("UPDATE message_send SET status = 2 WHERE business_id = 'dead'");
    return more.stream().skip(1).map(row -> row.row().line().id()).distinct().toList();
  }

  private NewRow inLine(String key, String name) {
    return NewRow.due(
        rows.inLine(rows.line("kafka", key, HeadPolicy.DROP_KEY), "kafka", rows.message(name)));
  }

  private static void append(JdbcSendStore store, DataSource dataSource, List<NewRow> rows) {
    new TransactionTemplate(new JdbcTransactionManager(dataSource))
        .executeWithoutResult(transaction -> store.append(rows));
  }

  /** How many entries of indexes and rows the work reads. */
  private static long read(DatabaseKind kind, JdbcTemplate jdbc, Runnable work) {
    long start = readSoFar(kind, jdbc);
    long before = readSoFar(kind, jdbc);
    work.run();
    return readSoFar(kind, jdbc) - before - (before - start);
  }

  private static long readSoFar(DatabaseKind kind, JdbcTemplate jdbc) {
    if (isPostgres(kind)) {
      jdbc.execute("SELECT pg_stat_force_next_flush()");
      return number(
          jdbc,
          """
          SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)
               + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)""");
    }
    return jdbc
        .query("SHOW SESSION STATUS LIKE 'Handler_read%'", (result, n) -> result.getLong(2))
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static long number(JdbcTemplate jdbc, String sql) {
    Long number = jdbc.queryForObject(sql, Long.class);
    return number == null ? 0 : number;
  }

  private static boolean isPostgres(DatabaseKind kind) {
    return kind.name().startsWith("POSTGRESQL");
  }
}
