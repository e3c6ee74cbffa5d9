package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What the database servers have in common: one port, readiness by a connection, databases made by
 * SQL.
 */
abstract class ChildDatabaseServer extends ChildServer implements DatabaseServer {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final DatabaseKind kind;
  private final InetSocketAddress address = FreePorts.local(FreePorts.next());
  final Durability durability;
  final List<String> serverArguments;

  ChildDatabaseServer(DatabaseKind kind, Durability durability, String... serverArguments) {
    super(kind.id());
    this.kind = kind;
    this.durability = durability;
    this.serverArguments = List.of(serverArguments);
  }

  /** The command that runs the server in the foreground. */
  abstract Launch launch();

  /** A database that is always there. */
  abstract String systemDatabase();

  /** The driver's class, loaded by name so that an absent one is told as such. */
  abstract String driver();

  /** The statements that drop and create a database, carried out in the system database. */
  abstract List<String> creation(String database);

  @Override
  public final DatabaseKind kind() {
    return kind;
  }

  @Override
  public final InetSocketAddress address() {
    return address;
  }

  @Override
  public String password() {
    return "";
  }

  @Override
  public String createDatabase(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "database name "
              + name
              + ": want lower-case letters, digits and underscores, at most 40, a letter first");
    }
    try (Connection connection = connect(systemDatabase(name));
        Statement statement = connection.createStatement()) {
      for (String sql : creation(name)) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new ServerException(
          "cannot create database " + name + " on " + kind.id() + ": " + e.getMessage(), e);
    }
    return jdbcUrl(name);
  }

  /** The database to be connected to while another is created. */
  String systemDatabase(String created) {
    return systemDatabase();
  }

  @Override
  public final Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user());
    properties.setProperty("password", password());
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  @Override
  protected final List<Stage> stages() {
    try {
      Class.forName(driver());
    } catch (ClassNotFoundException e) {
      throw new ServerException(
          "no driver " + driver() + " on the class path: add it to the tests to use " + kind.id(),
          e);
    }
    return List.of(new Stage(launch(), process -> answers()));
  }

  private boolean answers() throws SQLException {
    try (Connection connection = connect(systemDatabase())) {
      return connection.isValid(10);
    }
  }
}
