package com.example.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** Counts the rows of an order in a table of one of the services. */
final class Tables {

  private Tables() {}

  static Map<String, Integer> orders(Connection database) throws SQLException {
    return count(database, "SELECT order_id, COUNT(*) FROM orders GROUP BY order_id");
  }

  static Map<String, Integer> points(Connection database) throws SQLException {
    return count(database, "SELECT order_id, COUNT(*) FROM points GROUP BY order_id");
  }

  static Connection open(String url, String user, String password) throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  private static Map<String, Integer> count(Connection database, String sql) throws SQLException {
    Map<String, Integer> rows = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.put(result.getString(1), result.getInt(2));
      }
    }
    return rows;
  }
}
