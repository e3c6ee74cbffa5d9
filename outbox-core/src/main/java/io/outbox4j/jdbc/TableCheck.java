package io.outbox4j.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares a table with the script.
 *
 * @param scriptName the name that the script gives to the table
 * @param name its name here
 * @param script the script's statements
 */
record TableCheck(
    Dialect dialect, Tables tables, String scriptName, String name, List<String> script) {

  private static final Pattern COLUMN = Pattern.compile("(?m)^    ([a-z_]+) ");
  private static final Pattern VERSION = Pattern.compile("outbox4j schema (\\d{1,6})");

  boolean exists(Connection connection) throws SQLException {
    return !columns(connection).isEmpty();
  }

  List<String> problems(Connection connection) throws SQLException {
    Set<String> columns = columns(connection);
    if (columns.isEmpty()) {
      return List.of(
          "table %s does not exist, or its user may not read it: create it by the script %s,"
                  .formatted(name, scriptPath())
              + " or let it be created (schema initialize = always)");
    }
    List<String> problems = new ArrayList<>();
    for (String column : wanted(COLUMN, createTable())) {
      if (!columns.contains(column)) {
        problems.add("table %s has no column %s: see %s".formatted(name, column, scriptPath()));
      }
    }
    Set<String> indexes = indexes(connection);
    for (String suffix : indexSuffixes()) {
      if (!indexes.contains((name + suffix).toLowerCase(Locale.ROOT))) {
        problems.add(
            "table %s has no index %s: see %s".formatted(name, name + suffix, scriptPath()));
      }
    }
    problems.addAll(versionProblems(connection));
    return problems;
  }

  private List<String> versionProblems(Connection connection) throws SQLException {
    String comment =
        dialect
            .comment(new Sql(dialect, tables), tables.settings().schema(), name, qualified())
            .query(connection, result -> String.valueOf(result.getString(1)))
            .stream()
            .findFirst()
            .orElse("");
    Matcher version = VERSION.matcher(comment);
    if (!version.find()) {
      return List.of(
          "table %s does not say which version it is: its comment must hold 'outbox4j schema %d'"
              .formatted(name, Schema.VERSION));
    }
    int found = Integer.parseInt(version.group(1));
    if (Math.abs(found - Schema.VERSION) > 1) {
      return List.of(
          "table %s is of version %d, this library of version %d; they may be one step apart:"
                  .formatted(name, found, Schema.VERSION)
              + (found < Schema.VERSION ? " migrate the table" : " use a newer library"));
    }
    return List.of();
  }

  /**
   * The columns as our own statements see them, wherever the table was found; none if it was not.
   */
  private Set<String> columns(Connection connection) throws SQLException {
    Set<String> columns = new HashSet<>();
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT * FROM " + qualified() + " WHERE 1 = 0");
        ResultSet result = statement.executeQuery()) {
      ResultSetMetaData facts = result.getMetaData();
      for (int i = 1; i <= facts.getColumnCount(); i++) {
        columns.add(facts.getColumnName(i).toLowerCase(Locale.ROOT));
      }
    } catch (SQLException e) {
      if (!dialect.isMissing(e)) {
        throw e;
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    }
    return columns;
  }

  private Set<String> indexes(Connection connection) throws SQLException {
    return new HashSet<>(
        dialect
            .indexes(new Sql(dialect, tables), tables.settings().schema(), name, qualified())
            .query(connection, result -> result.getString(1).toLowerCase(Locale.ROOT)));
  }

  private String createTable() {
    return script.stream()
        .filter(statement -> statement.startsWith("CREATE TABLE IF NOT EXISTS " + scriptName))
        .findFirst()
        .orElseThrow();
  }

  private Set<String> indexSuffixes() {
    return wanted(Pattern.compile("\\b" + scriptName + "(_[a-z]+)\\b"), String.join(";", script));
  }

  private static Set<String> wanted(Pattern pattern, String text) {
    Set<String> wanted = new HashSet<>();
    pattern.matcher(text).results().forEach(match -> wanted.add(match.group(1)));
    return wanted;
  }

  private String qualified() {
    return scriptName.equals("message_send") ? tables.send() : tables.consume();
  }

  private String scriptPath() {
    return "db/outbox4j/" + dialect.name() + "/V1__outbox4j.sql";
  }
}
