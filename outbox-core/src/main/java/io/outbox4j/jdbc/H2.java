package io.outbox4j.jdbc;

import io.outbox4j.spi.ConsumeStore.Admission;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * H2, tried with 2.4. It serves one machine, so the application's clock is its clock: H2's own
 * stands still from the transaction's start on.
 */
final class H2 extends Dialect {

  private static final String TIME = "CAST(? AS timestamp(6) with time zone)";

  private final InstantSource clock;
  private final boolean upperCase;
  private final boolean lowerCase;
  private final boolean embedded;

  H2(InstantSource clock, DatabaseMetaData facts) throws SQLException {
    this.clock = clock;
    upperCase = facts.storesUpperCaseIdentifiers();
    lowerCase = facts.storesLowerCaseIdentifiers();
    String url = facts.getURL();
    embedded = !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
  }

  @Override
  public String name() {
    return "h2";
  }

  @Override
  boolean isEmbedded() {
    return embedded;
  }

  @Override
  String quote(String identifier) {
    String stored =
        upperCase
            ? identifier.toUpperCase(Locale.ROOT)
            : lowerCase ? identifier.toLowerCase(Locale.ROOT) : identifier;
    return '"' + stored + '"';
  }

  /** An index must be created in its table's schema. */
  @Override
  String indexName(@Nullable String quotedSchema, String quotedIndex) {
    return quotedSchema == null ? quotedIndex : quotedSchema + "." + quotedIndex;
  }

  @Override
  Sql comment(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add(
        """
        SELECT remarks FROM information_schema.tables
         WHERE table_schema = COALESCE({}, SCHEMA()) AND table_name = {}""",
        schema == null ? null : unquoted(schema),
        unquoted(table));
  }

  @Override
  Sql indexes(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add(
        """
        SELECT index_name FROM information_schema.indexes
         WHERE table_schema = COALESCE({}, SCHEMA()) AND table_name = {}""",
        schema == null ? null : unquoted(schema),
        unquoted(table));
  }

  private String unquoted(String identifier) {
    return quote(identifier).replace("\"", "");
  }

  @Override
  void now(Sql sql) {
    sql.addParameters(TIME, clock.instant());
  }

  @Override
  void after(Sql sql, String microseconds) {
    sql.addParameters("DATEADD(MICROSECOND, " + microseconds + ", " + TIME + ")", clock.instant());
  }

  @Override
  void after(Sql sql, Duration duration) {
    sql.addParameters(TIME, clock.instant().plus(Micros.of(duration), ChronoUnit.MICROS));
  }

  @Override
  void until(Sql sql, String column) {
    sql.addParameters("DATEDIFF(MICROSECOND, " + TIME + ", " + column + ")", clock.instant());
  }

  @Override
  void epoch(Sql sql) {
    sql.addParameters(
        "CAST(? AS bigint)", ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
  }

  /**
   * H2 keeps a query's result until a table is written to, and takes the time of writing for the
   * time of the commit: what was read in between would be its answer for good. It keeps none of a
   * query whose result may differ each time.
   */
  @Override
  void fresh(Sql sql) {
    sql.addText(" AND RAND() >= 0");
  }

  @Override
  void oneOf(Sql sql, Collection<UUID> ids) {
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    sql.addParameters("IN (" + marks + ")", ids.toArray());
  }

  @Override
  UUID uuid(ResultSet result, String column) throws SQLException {
    return result.getObject(column, UUID.class);
  }

  @Override
  Instant instant(ResultSet result, String column) throws SQLException {
    return result.getObject(column, OffsetDateTime.class).toInstant();
  }

  @Override
  void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
    if (value instanceof Instant instant) {
      super.bind(statement, index, instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
    } else {
      super.bind(statement, index, value);
    }
  }

  @Override
  long mostPayload() {
    return 1 << 30;
  }

  @Override
  ClaimForm claimForm() {
    return new ClaimByLocks();
  }

  @Override
  Sql updateEach(Sql sql, Outcome outcome, List<@Nullable Object[]> rows, String application) {
    List<Outcome.Field> fields = outcome.fields();
    String row =
        fields.stream()
            .map(field -> "CAST(? AS " + type(field.type()) + ")")
            .collect(Collectors.joining(", ", "(", ")"));
    String columns = fields.stream().map(Outcome.Field::column).collect(Collectors.joining(", "));
    sql.add("MERGE INTO {send} m USING (VALUES ");
    for (int i = 0; i < rows.size(); i++) {
      sql.addParameters(i == 0 ? row : ", " + row, rows.get(i));
    }
    return sql.add(
        """
        ) AS settled (%s)
            ON m.message_id = settled_id AND m.application = {} AND %s
          WHEN MATCHED THEN UPDATE SET %s"""
            .formatted(columns, outcome.where(), outcome.set()),
        application);
  }

  private static String type(String type) {
    return type.equals("text") ? "varchar(1000)" : type;
  }

  @Override
  Sql purgeConsumed(Sql sql, String application, Duration olderThan, int limit) {
    return sql.add(
        """
        DELETE FROM {consume} WHERE status = 1 AND application = {} AND consumed_at <= {}
         FETCH FIRST {} ROWS ONLY""",
        application,
        olderThan.negated(),
        limit);
  }

  @Override
  Admission admit(ConsumeRows rows, Connection connection, int timeoutSeconds) throws SQLException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    while (true) {
      try {
        rows.insertConsumed().update(connection);
        return Admission.ADMITTED;
      } catch (SQLException e) {
        if (SqlFailures.isDuplicate(e)) {
          return rows.admitAgain(connection, 0);
        }
        // H2's own lock time-out (1 or 2 s) undoes the statement alone: what is left of the wait
        // is waited for again.
        if (!SqlFailures.isLockTimeout(e) || System.nanoTime() - end >= 0) {
          throw e;
        }
      }
    }
  }

  @Override
  void recordFailure(ConsumeRows rows, Connection connection, String error, int timeoutSeconds)
      throws SQLException {
    try {
      rows.insertFailed(error).update(connection);
    } catch (SQLException e) {
      if (!SqlFailures.isDuplicate(e)) {
        throw e;
      }
      rows.updateFailed(error).update(connection);
    }
  }
}
