package io.outbox4j.jdbc;

import io.outbox4j.spi.ConsumeStore.Admission;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, tried with 15 and 18. */
final class PostgreSql extends Dialect {

  /** A field of bytea ends at 1 GB, and travels as hexadecimal text, twice as long, at first. */
  private static final long MOST_PAYLOAD = 500_000_000;

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  String quote(String identifier) {
    return '"' + identifier.toLowerCase(Locale.ROOT) + '"';
  }

  @Override
  Sql comment(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add("SELECT obj_description(CAST({} AS regclass), 'pg_class')", qualified);
  }

  @Override
  Sql indexes(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add(
        """
        SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
         WHERE x.indrelid = CAST({} AS regclass)""",
        qualified);
  }

  /** CREATE TABLE IF NOT EXISTS fails on a system catalogue's key when two run at once. */
  @Override
  void lockSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(7302846519253)");
    }
  }

  /** now() would stand still from the transaction's start on. */
  @Override
  void now(Sql sql) {
    sql.addText("statement_timestamp()");
  }

  @Override
  void after(Sql sql, String microseconds) {
    sql.addText("statement_timestamp() + interval '1 microsecond' * " + microseconds);
  }

  @Override
  void after(Sql sql, Duration duration) {
    sql.addParameters("statement_timestamp() + interval '1 microsecond' * ?", Micros.of(duration));
  }

  @Override
  void until(Sql sql, String column) {
    sql.addText("CAST(extract(epoch FROM ").addText(column);
    sql.addText(" - statement_timestamp()) * 1000000 AS bigint)");
  }

  @Override
  void epoch(Sql sql) {
    sql.addText("CAST(extract(epoch FROM statement_timestamp()) * 1000000 AS bigint)");
  }

  @Override
  void oneOf(Sql sql, Collection<UUID> ids) {
    sql.addParameters("= ANY (?)", new Values("uuid", ids.toArray()));
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
    } else if (value instanceof Values values) {
      statement.setArray(
          index, statement.getConnection().createArrayOf(values.type(), values.values()));
    } else {
      super.bind(statement, index, value);
    }
  }

  @Override
  long mostPayload() {
    return MOST_PAYLOAD;
  }

  @Override
  boolean storesNul() {
    return false;
  }

  @Override
  ClaimForm claimForm() {
    return new ClaimInOneStatement();
  }

  @Override
  String dueOrder() {
    return "next_attempt_at";
  }

  @Override
  int mostLines() {
    return Integer.MAX_VALUE;
  }

  /**
   * Reads the index from the line's begin on, and keeps what is of the line. Asked for equal ids,
   * the planner expects few rows, and may read and sort all that are there.
   */
  @Override
  Sql eachLine(
      Sql sql,
      Collection<String> lines,
      String select,
      String rest,
      @Nullable Object... arguments) {
    return sql.addParameters(
            "SELECT line.* FROM unnest(?) AS asked (id) CROSS JOIN LATERAL (",
            new Values("varchar", lines.toArray()))
        .add(select)
        .addText(" WHERE order_key IS NOT NULL AND (order_key, seq) >= (asked.id, 0) ")
        .add(rest, arguments)
        .addText(") AS line WHERE line.order_key = asked.id");
  }

  @Override
  boolean walksFromLineToLine() {
    return true;
  }

  /** No other row of a line is read. The counter ends the recursion. */
  @Override
  Sql linesBetween(Sql sql, String after, String before, int limit) {
    return sql.add(
        """
        WITH RECURSIVE walk (line, line_no) AS (
          (SELECT order_key, 1 FROM {send}
            WHERE order_key > {} AND order_key < {} AND status IN (0, 2)
            ORDER BY order_key, seq LIMIT 1)
          UNION ALL
          SELECT (SELECT order_key FROM {send}
                   WHERE order_key > walk.line AND order_key < {} AND status IN (0, 2)
                   ORDER BY order_key, seq LIMIT 1), line_no + 1
            FROM walk WHERE line IS NOT NULL AND line_no < {})
        SELECT line FROM walk WHERE line IS NOT NULL ORDER BY line""",
        after,
        before,
        before,
        limit);
  }

  /**
   * A lost mark is only a duplicate, so the commit does not wait for the disk. The setting is read
   * at the commit and ends with it.
   *
   * <p>The conditions stand in a CASE because the planner, without statistics of a young table,
   * takes them for so rare that it compares each row of the table with each settled one: seconds
   * for a thousand among twenty thousand.
   */
  @Override
  Sql updateEach(Sql sql, Outcome outcome, List<@Nullable Object[]> rows, String application) {
    List<Outcome.Field> fields = outcome.fields();
    String columns = fields.stream().map(Outcome.Field::column).collect(Collectors.joining(", "));
    sql.add("UPDATE {send} m SET " + outcome.set() + " FROM unnest(");
    IntStream.range(0, fields.size())
        .forEach(
            i ->
                sql.addParameters(
                    i == 0 ? "?" : ", ?",
                    new Values(fields.get(i).type(), rows.stream().map(row -> row[i]).toArray())));
    return sql.add(
        """
        ) AS settled (%s), (SELECT set_config('synchronous_commit', 'off', true)) AS relaxed
         WHERE m.message_id = settled_id
           AND CASE WHEN m.application = {} AND %s THEN true ELSE false END"""
            .formatted(columns, outcome.where()),
        application);
  }

  @Override
  Sql purgeConsumed(Sql sql, String application, Duration olderThan, int limit) {
    return sql.add(
        """
        DELETE FROM {consume} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM {consume} WHERE status = 1 AND application = {} AND consumed_at <= {}
           ORDER BY consumed_at LIMIT {} FOR UPDATE SKIP LOCKED))""",
        application,
        olderThan.negated(),
        limit);
  }

  @Override
  String consumeAlias() {
    return " AS c";
  }

  /** An error would poison the transaction, so a duplicate must be none. */
  @Override
  Admission admit(ConsumeRows rows, Connection connection, int timeoutSeconds) throws SQLException {
    int changed =
        rows.insertConsumed()
            .add(
                """
                 ON CONFLICT (consumer_group, source, message_id) DO UPDATE
                 SET status = 1, consumed_at = {now}, deliveries = c.deliveries + 1
                 WHERE c.status IN (0, 2)""")
            .update(connection, timeoutSeconds);
    if (changed == 1) {
      return Admission.ADMITTED;
    }
    return ConsumeRows.handled(rows.status("").query(connection, ConsumeRows::readStatus));
  }

  @Override
  void recordFailure(ConsumeRows rows, Connection connection, String error, int timeoutSeconds)
      throws SQLException {
    rows.insertFailed(error)
        .add(
            """
             ON CONFLICT (consumer_group, source, message_id) DO UPDATE
             SET status = 2, attempts = c.attempts + 1, deliveries = c.deliveries + 1,
                 first_failed_at = COALESCE(c.first_failed_at, {now}), last_failed_at = {now},
                 last_error = {}
             WHERE c.status IN (0, 2)""",
            error)
        .update(connection, timeoutSeconds);
  }

  /** An array parameter. */
  private record Values(String type, @Nullable Object[] values) {}
}
