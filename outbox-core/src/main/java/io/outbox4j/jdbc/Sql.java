package io.outbox4j.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One statement in the words of a database, with its values.
 *
 * <p>Templates are written by us alone; whatever comes from outside is a value or a checked
 * identifier. In a template stand
 *
 * <pre>
 *  {send} {consume}   the tables
 *  {now}              the statement's clock
 *  {after x}          now, x microseconds later
 *  {epoch}            the microseconds from 1970 to now
 *  {until x}          the microseconds from now to x
 *  {fresh}            behind a condition: what the same query read before is no answer
 *  {index x}          behind {send} and its alias: read it by this index, "primary", "due" or "line"
 *  {}                 the next argument: a Duration as the time that much after now, a collection of
 *                     UUIDs as "= ANY (?)" or "IN (?, ..)", all else as a parameter
 * </pre>
 */
final class Sql {

  private static final Pattern PLACE = Pattern.compile("\\{([a-z]*) ?([a-z_.?]*)}");

  private final Dialect dialect;
  private final Tables tables;
  private final StringBuilder text = new StringBuilder();
  private final List<@Nullable Object> values = new ArrayList<>();

  Sql(Dialect dialect, Tables tables) {
    this.dialect = dialect;
    this.tables = tables;
  }

  Sql add(String template, @Nullable Object... arguments) {
    Matcher place = PLACE.matcher(template);
    int argument = 0;
    int from = 0;
    while (place.find()) {
      text.append(template, from, place.start());
      from = place.end();
      String operand = place.group(2);
      switch (place.group(1)) {
        case "send" -> text.append(tables.send());
        case "consume" -> text.append(tables.consume());
        case "now" -> dialect.now(this);
        case "after" -> dialect.after(this, operand);
        case "until" -> dialect.until(this, operand);
        case "epoch" -> dialect.epoch(this);
        case "fresh" -> dialect.fresh(this);
        case "index" -> dialect.index(this, operand);
        case "" -> argument(arguments[argument++]);
        default -> throw new IllegalArgumentException(place.group());
      }
    }
    text.append(template, from, template.length());
    return this;
  }

  Tables tables() {
    return tables;
  }

  /** Adds a part as it is, then values for the parameters in it. */
  Sql addParameters(String part, @Nullable Object... more) {
    text.append(part);
    for (Object value : more) {
      values.add(value);
    }
    return this;
  }

  /** Adds a part that is computed from something else than a template. */
  Sql addText(String part) {
    text.append(part);
    return this;
  }

  private void argument(@Nullable Object argument) {
    if (argument instanceof Duration duration) {
      dialect.after(this, duration);
    } else if (argument instanceof Collection<?> ids) {
      dialect.oneOf(this, ids.stream().map(UUID.class::cast).toList());
    } else {
      addParameters("?", argument);
    }
  }

  int update(Connection connection) throws SQLException {
    return update(connection, 0);
  }

  /** Executes an update that the driver is to break off after this many seconds, or never (0). */
  int update(Connection connection, int timeoutSeconds) throws SQLException {
    try (PreparedStatement statement = prepare(connection)) {
      if (timeoutSeconds > 0) {
        statement.setQueryTimeout(timeoutSeconds);
      }
      return statement.executeUpdate();
    }
  }

  <T> List<T> query(Connection connection, Row<T> row) throws SQLException {
    return query(connection, 0, row);
  }

  <T> List<T> query(Connection connection, int timeoutSeconds, Row<T> row) throws SQLException {
    try (PreparedStatement statement = prepare(connection)) {
      if (timeoutSeconds > 0) {
        statement.setQueryTimeout(timeoutSeconds);
      }
      try (ResultSet result = statement.executeQuery()) {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(row.read(result));
        }
        return rows;
      }
    }
  }

  private PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text.toString());
    try {
      for (int i = 0; i < values.size(); i++) {
        dialect.bind(statement, i + 1, values.get(i));
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  /** The statement without its values. */
  @Override
  public String toString() {
    return text.toString();
  }

  /** Reads one row of a result. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet result) throws SQLException;
  }
}
