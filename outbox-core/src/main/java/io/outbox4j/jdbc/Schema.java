package io.outbox4j.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.ConfigurationException;
import io.outbox4j.TableSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;

/**
 * The tables' columns and indexes: creates them, prints them, and says what is wrong with them.
 *
 * <p>The DDL stands in {@code db/outbox4j/<database>/V1__outbox4j.sql} on the class path, a script
 * that Flyway, Liquibase and people run as it is; here the names of the tables are exchanged. Each
 * table carries the version of its columns in its comment. This version of the library works with
 * tables of its own version and of those one step apart.
 */
public final class Schema {

  /** The version that this library creates. */
  static final int VERSION = 1;

  private static final int TRIES = 10;
  private static final Pattern COMMENT = Pattern.compile("--[^\\n]*");
  private static final Pattern INDEX = Pattern.compile("\\bmessage_(send|consume)_([a-z]+)\\b");
  private static final Pattern TABLE = Pattern.compile("\\bmessage_(send|consume)\\b");

  private final Dialect dialect;
  private final Tables tables;
  private final OwnConnections connections;

  /**
   * Creates a schema; asks nothing of the database.
   *
   * @throws ConfigurationException when a name can't be used
   */
  public Schema(DataSource dataSource, Dialect dialect, TableSettings settings) {
    this.dialect = dialect;
    tables = Tables.of(dialect, settings);
    connections = new OwnConnections(dataSource, dialect);
  }

  /** Creates missing tables where the settings say so. */
  public void initialize() {
    boolean wanted =
        switch (tables.settings().initialize()) {
          case ALWAYS -> true;
          case EMBEDDED -> dialect.isEmbedded();
          case NEVER -> false;
        };
    if (wanted) {
      create();
    }
  }

  /** The DDL with the tables' names, one statement per paragraph, for printing. */
  public String ddl() {
    return named(script()).replaceFirst("(?s)\\A.*?\\n\\n", "");
  }

  /**
   * Creates the tables that are not there; those that are stay as they are. Any number of nodes may
   * do so at once.
   *
   * @throws DataAccessException when the database refuses
   */
  public void create() {
    for (int tried = 1; ; tried++) {
      try {
        List<String> missing = missing();
        if (missing.isEmpty()) {
          return;
        }
        connections.transaction("creating the tables", connection -> create(connection, missing));
      } catch (DataAccessException e) {
        // Another node was faster: databases answer with one of many errors, and then it is there.
        if (tried == TRIES) {
          throw e;
        }
      }
    }
  }

  private List<String> create(Connection connection, List<String> missing) throws SQLException {
    dialect.lockSchema(connection);
    for (String sql : statements()) {
      boolean wanted = missing.stream().anyMatch(table -> sql.contains(table));
      if (wanted) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(named(sql));
        }
      }
    }
    return missing;
  }

  /** The tables that are not there, as the script names them. */
  private List<String> missing() {
    return connections.statement(
        "looking for the tables",
        connection -> {
          List<String> missing = new ArrayList<>();
          for (TableCheck table : checks()) {
            if (!table.exists(connection)) {
              missing.add(table.scriptName());
            }
          }
          return missing;
        });
  }

  /**
   * What is wrong, in sentences for people: tables, columns and indexes that are missing, another
   * version, and settings of the server that don't go together with the outbox.
   *
   * @return empty when all is well
   */
  public List<String> problems() {
    return connections.statement(
        "checking the tables",
        connection -> {
          List<String> problems = new ArrayList<>();
          for (TableCheck table : checks()) {
            problems.addAll(table.problems(connection));
          }
          problems.addAll(dialect.serverProblems(connection));
          return problems;
        });
  }

  private List<TableCheck> checks() {
    return List.of(
        new TableCheck(dialect, tables, "message_send", tables.settings().send(), statements()),
        new TableCheck(
            dialect, tables, "message_consume", tables.settings().consume(), statements()));
  }

  /** The script's statements, without comments, with the names that it gives to the tables. */
  private List<String> statements() {
    return Pattern.compile(";")
        .splitAsStream(COMMENT.matcher(script()).replaceAll(""))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  private String named(String sql) {
    String schema = tables.settings().schema();
    String quotedSchema = schema == null ? null : dialect.quote(schema);
    String indexed =
        INDEX
            .matcher(sql)
            .replaceAll(
                match ->
                    dialect.indexName(
                        quotedSchema, dialect.quote(table(match.group(1)) + "_" + match.group(2))));
    return TABLE
        .matcher(indexed)
        .replaceAll(match -> match.group(1).equals("send") ? tables.send() : tables.consume());
  }

  private String table(String which) {
    return which.equals("send") ? tables.settings().send() : tables.settings().consume();
  }

  private String script() {
    String name = "/db/outbox4j/" + dialect.name() + "/V1__outbox4j.sql";
    try (InputStream script = Schema.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(script, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The script " + name + " can't be read", e);
    }
  }
}
