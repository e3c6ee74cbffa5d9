package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spi.ConsumeStore.Admission;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What differs from database to database; everything else is the same SQL on all of them. */
public abstract sealed class Dialect permits H2, MySql, PostgreSql {

  Dialect() {}

  /**
   * Asks a database what it is.
   *
   * @param dataSource where the tables are
   * @param clock the clock that counts as H2's own; the other databases have theirs
   * @throws ConfigurationException when the database is not one that is supported
   * @throws org.springframework.dao.DataAccessException when it can't be asked
   */
  public static Dialect of(DataSource dataSource, InstantSource clock) {
    try (Connection connection = OwnConnections.target(dataSource).getConnection()) {
      DatabaseMetaData facts = connection.getMetaData();
      String product = facts.getDatabaseProductName();
      String version = facts.getDatabaseProductVersion();
      String both = (product + " " + version).toLowerCase(Locale.ROOT);
      Dialect dialect;
      if (both.contains("mariadb")) {
        dialect = MySql.mariaDb(connection);
      } else if (both.contains("mysql")) {
        dialect = MySql.mySql(connection);
      } else if (both.contains("postgresql")) {
        dialect = new PostgreSql();
      } else if (product.equals("H2")) {
        dialect = new H2(clock, facts);
      } else {
        throw new ConfigurationException(
            List.of(
                "the database %s %s is not supported: use PostgreSQL, MySQL 8, MariaDB or H2"
                    .formatted(product, version)));
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      return dialect;
    } catch (SQLException e) {
      throw SqlFailures.translate("asking the database what it is", e);
    }
  }

  /** The name of the folder that holds this database's scripts. */
  public abstract String name();

  /** Whether the database lives in this process. */
  boolean isEmbedded() {
    return false;
  }

  /** A checked identifier, so quoted that a statement which does not quote it finds the same. */
  abstract String quote(String identifier);

  /** The name of an index where it is created. */
  String indexName(@Nullable String quotedSchema, String quotedIndex) {
    return quotedIndex;
  }

  /** The comment on a table, which carries the version of its columns. */
  abstract Sql comment(Sql sql, @Nullable String schema, String table, String qualified);

  /** The names of a table's indexes. */
  abstract Sql indexes(Sql sql, @Nullable String schema, String table, String qualified);

  /** Whether a statement failed since its table does not exist. */
  boolean isMissing(SQLException e) {
    return "42P01".equals(e.getSQLState())
        || "42S02".equals(e.getSQLState())
        || "42S04".equals(e.getSQLState())
        || "3F000".equals(e.getSQLState())
        || "90079".equals(e.getSQLState());
  }

  /** What is wrong with how the server is set, beyond the tables. */
  List<String> serverProblems(Connection connection) throws SQLException {
    return List.of();
  }

  /** Keeps others from creating the schema until the transaction ends, where that is needed. */
  void lockSchema(Connection connection) throws SQLException {}

  /** Sets READ COMMITTED for the transaction that is about to begin, unless it is set anyway. */
  void readCommitted(Connection connection) throws SQLException {}

  // Time ------------------------------------------------------------------------------------------

  /** The clock at the statement, which does not stand still from the transaction's start on. */
  abstract void now(Sql sql);

  /** Now, a column's microseconds later. */
  abstract void after(Sql sql, String microseconds);

  /** Now, that much later. */
  abstract void after(Sql sql, Duration duration);

  /** The microseconds from now to a column's time. */
  abstract void until(Sql sql, String column);

  /** The microseconds from 1970 to now. */
  abstract void epoch(Sql sql);

  // Values ----------------------------------------------------------------------------------------

  abstract void oneOf(Sql sql, Collection<UUID> ids);

  /** Has a table read by an index, whatever the plan would be: "primary", or a name's ending. */
  void index(Sql sql, String index) {}

  /** Keeps the database from answering a query with what it read before. */
  void fresh(Sql sql) {}

  /** The form in which identity columns of message_consume are bound and compared. */
  Object key(String text) {
    return text;
  }

  abstract UUID uuid(ResultSet result, String column) throws SQLException;

  abstract Instant instant(ResultSet result, String column) throws SQLException;

  void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else if (value instanceof String text) {
      statement.setString(index, text);
    } else {
      statement.setObject(index, value);
    }
  }

  // Limits ----------------------------------------------------------------------------------------

  /** The most parameters of a statement. */
  int mostParameters() {
    return 65_535;
  }

  /** Where a statement with several rows should end, in bytes. */
  long statementBytes() {
    return 8 << 20;
  }

  /** The largest payload. */
  abstract long mostPayload();

  /** How many bytes a payload takes in a statement, where that is not its length. */
  long bytesInStatement(byte[] payload) {
    return payload.length;
  }

  /** Whether text columns can hold the character U+0000. */
  boolean storesNul() {
    return true;
  }

  // Statements ------------------------------------------------------------------------------------

  /** How due rows are claimed. */
  abstract ClaimForm claimForm();

  /** The order of the index of due rows, for rows of one status that stand in no line. */
  String dueOrder() {
    return "status, order_key, next_attempt_at";
  }

  /** How many lines a statement may ask for at once, since each takes a SELECT of its own. */
  int mostLines() {
    return 100;
  }

  /**
   * Adds a SELECT for each of some lines, so that none reads more rows than its limit says.
   *
   * @param select the SELECT up to its WHERE, with the column order_key
   * @param rest what comes behind the condition on the line
   * @param arguments those of the rest
   */
  Sql eachLine(
      Sql sql,
      Collection<String> lines,
      String select,
      String rest,
      @Nullable Object... arguments) {
    String separator = "(";
    for (String line : lines) {
      sql.addText(separator).add(select).addParameters(" WHERE order_key = ? ", line);
      sql.add(rest, arguments);
      separator = ") UNION ALL (";
    }
    return sql.addText(")");
  }

  /**
   * Finds the ids of lines between two others, in their order. A line comes as often as there are
   * rows in it, unless the database {@linkplain #walksFromLineToLine walks from line to line}.
   */
  Sql linesBetween(Sql sql, String after, String before, int limit) {
    return sql.add("SELECT order_key FROM {send}{index line}")
        .add(" WHERE order_key > {} AND order_key < {}{fresh}", after, before)
        .add(" ORDER BY order_key, seq LIMIT {}", limit);
  }

  /**
   * Whether a query can look each line up behind the one before. MySQL and MariaDB take the lower
   * bound of such a look-up for unknown, and read the index from its begin.
   */
  boolean walksFromLineToLine() {
    return false;
  }

  /** An update of many rows, each with values of its own. */
  abstract Sql updateEach(
      Sql sql, Outcome outcome, List<@Nullable Object[]> rows, String application);

  /** The start of a statement that deletes sent rows by their ids. */
  String deleteSent() {
    return "DELETE FROM {send}";
  }

  /** Deletes the oldest consumed rows. */
  abstract Sql purgeConsumed(Sql sql, String application, Duration olderThan, int limit);

  /** The alias under which an INSERT's conflict clause names the row that is there. */
  String consumeAlias() {
    return "";
  }

  /** How many deliveries admitting a known row adds to what the database counted by itself. */
  int deliveriesUncounted() {
    return 1;
  }

  /** See {@link io.outbox4j.spi.ConsumeStore#admit}. */
  abstract Admission admit(ConsumeRows rows, Connection connection, int timeoutSeconds)
      throws SQLException;

  /** Inserts a failure or adds it to a row that is neither consumed nor parked. */
  abstract void recordFailure(
      ConsumeRows rows, Connection connection, String error, int timeoutSeconds)
      throws SQLException;
}
