package com.example.demo;

import io.outbox4j.testkit.server.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How far the services are, by their tables. */
final class Counts {

  private final DatabaseServer server;
  private final String orders;
  private final String points;

  /**
   * Counts of one run.
   *
   * @param orders the order service's database
   * @param points the points service's database
   */
  Counts(DatabaseServer server, String orders, String points) {
    this.server = server;
    this.orders = orders;
    this.points = points;
  }

  long committed() throws SQLException {
    return count(orders, "SELECT COUNT(*) FROM orders");
  }

  /** Messages that are in the outbox and have not reached the broker. */
  long unsent() throws SQLException {
    return count(orders, "SELECT COUNT(*) FROM message_send WHERE status = 0");
  }

  /** How many times points were given. */
  long points() throws SQLException {
    return count(points, "SELECT COUNT(*) FROM points");
  }

  private long count(String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
