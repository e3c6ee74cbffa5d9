package io.outbox4j.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.spi.ConsumeStore.Admission;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MySQL, tried with 8.0, and MariaDB, tried with 10.11. */
final class MySql extends Dialect {

  /** Room for the statement's text and the other columns beside a payload. */
  private static final long OVERHEAD = 1 << 20;

  private final boolean mariaDb;
  private final long mostPacket;
  private final boolean readsCommitted;

  MySql(boolean mariaDb, long mostPacket, boolean readsCommitted) {
    this.mariaDb = mariaDb;
    this.mostPacket = mostPacket;
    this.readsCommitted = readsCommitted;
  }

  static MySql mySql(Connection connection) throws SQLException {
    return read(connection, false, "transaction_isolation");
  }

  static MySql mariaDb(Connection connection) throws SQLException {
    return read(connection, true, "tx_isolation");
  }

  private static MySql read(Connection connection, boolean mariaDb, String isolation)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@max_allowed_packet, @@" + isolation)) {
      result.next();
      return new MySql(mariaDb, result.getLong(1), result.getString(2).equals("READ-COMMITTED"));
    }
  }

  @Override
  public String name() {
    return mariaDb ? "mariadb" : "mysql";
  }

  @Override
  String quote(String identifier) {
    return '`' + identifier + '`';
  }

  @Override
  Sql comment(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add(
        """
        SELECT table_comment FROM information_schema.tables
         WHERE table_schema = COALESCE({}, DATABASE()) AND table_name = {}""",
        schema,
        table);
  }

  @Override
  Sql indexes(Sql sql, @Nullable String schema, String table, String qualified) {
    return sql.add(
        """
        SELECT DISTINCT index_name FROM information_schema.statistics
         WHERE table_schema = COALESCE({}, DATABASE()) AND table_name = {}""",
        schema,
        table);
  }

  @Override
  List<String> serverProblems(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@log_bin, @@binlog_format")) {
      result.next();
      if (result.getBoolean(1) && result.getString(2).equals("STATEMENT")) {
        return List.of(
            "the server writes its binary log with binlog_format=STATEMENT, which refuses"
                + " READ COMMITTED: set binlog_format to ROW or MIXED");
      }
      return List.of();
    }
  }

  /** For the next transaction alone: nothing has to be put back. */
  @Override
  void readCommitted(Connection connection) throws SQLException {
    if (!readsCommitted) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      }
    }
  }

  @Override
  void now(Sql sql) {
    sql.addText("UTC_TIMESTAMP(6)");
  }

  @Override
  void after(Sql sql, String microseconds) {
    sql.addText("TIMESTAMPADD(MICROSECOND, " + microseconds + ", UTC_TIMESTAMP(6))");
  }

  @Override
  void after(Sql sql, Duration duration) {
    sql.addParameters("TIMESTAMPADD(MICROSECOND, ?, UTC_TIMESTAMP(6))", Micros.of(duration));
  }

  @Override
  void until(Sql sql, String column) {
    sql.addText("TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), " + column + ")");
  }

  @Override
  void epoch(Sql sql) {
    sql.addText("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))");
  }

  @Override
  void oneOf(Sql sql, Collection<UUID> ids) {
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    sql.addParameters("IN (" + marks + ")", ids.toArray());
  }

  @Override
  void index(Sql sql, String index) {
    String name =
        index.equals("primary") ? "PRIMARY" : quote(sql.tables().settings().send() + "_" + index);
    sql.addText(" FORCE INDEX (" + name + ")");
  }

  /** MySQL's key columns are binary; a text would be converted to the connection's characters. */
  @Override
  Object key(String text) {
    return mariaDb ? text : text.getBytes(UTF_8);
  }

  @Override
  UUID uuid(ResultSet result, String column) throws SQLException {
    ByteBuffer bytes = ByteBuffer.wrap(result.getBytes(column));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  @Override
  Instant instant(ResultSet result, String column) throws SQLException {
    return result.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  @Override
  void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
    if (value instanceof UUID id) {
      super.bind(
          statement,
          index,
          ByteBuffer.allocate(16)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits())
              .array());
    } else if (value instanceof Instant instant) {
      // A time without a zone: drivers convert the others to the zone of the connection.
      super.bind(
          statement,
          index,
          LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
    } else {
      super.bind(statement, index, value);
    }
  }

  @Override
  long statementBytes() {
    return Math.min(super.statementBytes(), mostPacket / 2);
  }

  @Override
  long mostPayload() {
    return Math.max(0, mostPacket - OVERHEAD);
  }

  /** Drivers put bytes into the statement as text, some of them behind a backslash. */
  @Override
  long bytesInStatement(byte[] payload) {
    long bytes = payload.length;
    for (byte each : payload) {
      switch (each) {
        case 0, '\n', '\r', '\\', '\'', '"', 0x1A -> bytes++;
        default -> {}
      }
    }
    return bytes;
  }

  @Override
  ClaimForm claimForm() {
    return new ClaimByLocks();
  }

  /**
   * STRAIGHT_JOIN and the key's index make it look up single rows, in the order given. A plan that
   * scans the table would wait for the locks of all rows in it.
   */
  @Override
  Sql updateEach(Sql sql, Outcome outcome, List<@Nullable Object[]> rows, String application) {
    List<Outcome.Field> fields = outcome.fields();
    String first =
        fields.stream()
            .map(field -> "CAST(? AS " + type(field.type()) + ") AS " + field.column())
            .collect(Collectors.joining(", ", "SELECT ", ""));
    String next =
        fields.stream()
            .map(field -> "CAST(? AS " + type(field.type()) + ")")
            .collect(Collectors.joining(", ", " UNION ALL SELECT ", ""));
    sql.addText("UPDATE (");
    for (int i = 0; i < rows.size(); i++) {
      sql.addParameters(i == 0 ? first : next, rows.get(i));
    }
    return sql.add(
        """
        ) settled STRAIGHT_JOIN {send} m FORCE INDEX (PRIMARY) ON m.message_id = settled_id
          SET %s
        WHERE m.application = {} AND %s"""
            .formatted(outcome.set(), outcome.where()),
        application);
  }

  private static String type(String type) {
    return switch (type) {
      case "uuid" -> "BINARY(16)";
      case "text" -> "CHAR(1000) CHARACTER SET utf8mb4";
      default -> "SIGNED";
    };
  }

  @Override
  String deleteSent() {
    return "DELETE m FROM {send} m FORCE INDEX (PRIMARY)";
  }

  /** Looks the rows up by their key, for the same reason. */
  @Override
  Sql purgeConsumed(Sql sql, String application, Duration olderThan, int limit) {
    String index = quote(sql.tables().settings().consume() + "_done");
    return sql.add(
        """
        DELETE c FROM (
          SELECT consumer_group AS old_group, source AS old_source, message_id AS old_id
            FROM {consume} FORCE INDEX (%s)
           WHERE status = 1 AND application = {} AND consumed_at <= {}
           ORDER BY status, consumed_at LIMIT {}) old
          STRAIGHT_JOIN {consume} c FORCE INDEX (PRIMARY)
             ON c.consumer_group = old_group AND c.source = old_source AND c.message_id = old_id
         WHERE c.status = 1"""
            .formatted(index),
        application,
        olderThan.negated(),
        limit);
  }

  /** The INSERT counted it. */
  @Override
  int deliveriesUncounted() {
    return 0;
  }

  /**
   * Only an update that changes something tells a duplicate (2 rows) from a new row (1): hence the
   * counter. INSERT IGNORE would cut texts short in silence.
   */
  @Override
  Admission admit(ConsumeRows rows, Connection connection, int timeoutSeconds) throws SQLException {
    int changed =
        rows.insertConsumed()
            .add(" ON DUPLICATE KEY UPDATE deliveries = deliveries + 1")
            .update(connection, timeoutSeconds);
    if (changed == 1) {
      return Admission.ADMITTED;
    }
    return rows.admitAgain(connection, timeoutSeconds);
  }

  /** The status is set last: each assignment sees the ones before it. */
  @Override
  void recordFailure(ConsumeRows rows, Connection connection, String error, int timeoutSeconds)
      throws SQLException {
    List<String> assignments = new ArrayList<>();
    assignments.add("last_error = IF(status IN (0, 2), {}, last_error)");
    assignments.add("attempts = IF(status IN (0, 2), attempts + 1, attempts)");
    assignments.add("deliveries = IF(status IN (0, 2), deliveries + 1, deliveries)");
    assignments.add(
        "first_failed_at = IF(status IN (0, 2), COALESCE(first_failed_at, {now}), first_failed_at)");
    assignments.add("last_failed_at = IF(status IN (0, 2), {now}, last_failed_at)");
    assignments.add("status = IF(status IN (0, 2), 2, status)");
    rows.insertFailed(error)
        .add(" ON DUPLICATE KEY UPDATE " + String.join(", ", assignments), error)
        .update(connection, timeoutSeconds);
  }
}
