package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database server of the tests. The JDBC driver is the test's own: it must be on the class path,
 * in any version, since {@link #start()} asks the server through it whether it is ready.
 */
public interface DatabaseServer extends Server {

  /** What it is. */
  DatabaseKind kind();

  /** A user who may do everything. */
  String user();

  /** That user's password, mostly the empty text. */
  String password();

  /**
   * Creates an empty database; one of this name that is there already is dropped first.
   *
   * @param name lower-case letters, digits and underscores, at most 40, a letter first
   * @return its JDBC URL, without user and password
   * @throws IllegalArgumentException if the name is not of this form
   * @throws ServerException if the database cannot be created, for instance because the server is
   *     not running
   */
  String createDatabase(String name);

  /** The JDBC URL of a database, without user and password. */
  default String jdbcUrl(String database) {
    return jdbcUrl(database, address());
  }

  /**
   * The JDBC URL of a database when the server is reached by another address, for instance a {@link
   * TcpProxy}'s.
   */
  String jdbcUrl(String database, InetSocketAddress through);

  /** A new connection to a database, past all pools and proxies. */
  Connection connect(String database) throws SQLException;
}
