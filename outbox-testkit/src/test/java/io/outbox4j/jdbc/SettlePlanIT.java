package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.TableSettings;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.SharedServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * How PostgreSQL settles rows of a table that it has no statistics of yet. A plan that compares
 * each row of the table with each settled one takes seconds, and no other test would tell.
 */
class SettlePlanIT {

  private static final int ROWS = 20_000;
  private static final int FEW = 100;

  /** As many as one statement settles. */
  private static final int MANY = 1_000;

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL15", "POSTGRESQL18"})
  void noRowIsComparedWithEachSettledOne(DatabaseKind kind) throws SQLException {
    DatabaseServer server = SharedServers.database(kind);
    String url = server.createDatabase("plan_" + UUID.randomUUID().toString().substring(0, 8));
    DataSource dataSource = new DriverManagerDataSource(url, server.user(), server.password());
    new Schema(dataSource, new PostgreSql(), TableSettings.ofDefaults()).create();
    try (Connection connection = dataSource.getConnection()) {
      fillWithoutStatistics(connection);
      for (Outcome outcome : Outcome.values()) {
        assertThat(plan(connection, outcome, FEW))
            .as("%s of few on %s", outcome, kind)
            .contains("Index Scan using message_send_pkey on message_send m")
            .doesNotContain("Seq Scan");
        // All at once may be worth one pass over a small table, but not one for each.
        assertThat(plan(connection, outcome, MANY))
            .as("%s of many on %s", outcome, kind)
            .containsPattern("(Index|Hash) Cond: .*settled_id")
            .doesNotContainPattern("Join Filter: .*settled_id");
      }
    }
  }

  private static void fillWithoutStatistics(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE message_send SET (autovacuum_enabled = false)");
      statement.execute(
          """
          INSERT INTO message_send (message_id, claims, next_attempt_at, retry, bucket, application,
                                    transport, topic, message_type, payload, created_at)
          SELECT gen_random_uuid(), 1, now(), true, 0, 'shop',
                 'kafka', 'orders', 'order', convert_to(repeat('x', 200), 'UTF8'), now()
            FROM generate_series(1, %d)"""
              .formatted(ROWS));
    }
  }

  private static String plan(Connection connection, Outcome outcome, int count)
      throws SQLException {
    PostgreSql dialect = new PostgreSql();
    SendRows rows = new SendRows(dialect, Tables.of(dialect, TableSettings.ofDefaults()), "shop");
    List<@Nullable Object[]> values =
        rows
            .sql()
            .add("SELECT message_id FROM {send} LIMIT {}", count)
            .query(connection, rows::id)
            .stream()
            .map(id -> values(outcome, id))
            .toList();
    assertThat(values).hasSize(count);
    List<String> lines =
        dialect
            .updateEach(rows.sql().add("EXPLAIN "), outcome, values, "shop")
            .query(connection, result -> result.getString(1));
    return String.join("\n", lines);
  }

  private static @Nullable Object[] values(Outcome outcome, UUID id) {
    return outcome.fields().stream()
        .map(
            field ->
                switch (field) {
                  case ID -> id;
                  case FENCE, SPENT, ASIDE -> 1;
                  case DELAY -> 1_000L;
                  case PLACE, ERROR -> "x";
                })
        .toArray();
  }
}
