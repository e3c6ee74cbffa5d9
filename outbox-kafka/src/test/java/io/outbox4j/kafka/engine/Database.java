package io.outbox4j.kafka.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.SharedServers;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of a test's own, and what its tables say, read past all code under test. */
record Database(DatabaseServer server, String name) {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Creates an empty one on the shared server of this kind. */
  static Database create(DatabaseKind kind) {
    DatabaseServer server = SharedServers.database(kind);
    String name = "engine_" + NUMBER.incrementAndGet();
    server.createDatabase(name);
    return new Database(server, name);
  }

  String url() {
    return server.jdbcUrl(name);
  }

  HikariDataSource pool(int size) {
    return pool(url(), size);
  }

  /** A pool whose connections go through a proxy. */
  HikariDataSource pool(InetSocketAddress through, int size) {
    return pool(server.jdbcUrl(name, through), size);
  }

  private HikariDataSource pool(String url, int size) {
    return pool(url, server.user(), server.password(), size);
  }

  static HikariDataSource pool(String url, String user, String password, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(size);
    return new HikariDataSource(config);
  }

  void execute(String sql) {
    try (Connection connection = server.connect(name);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of each row. */
  List<String> texts(String sql) {
    List<String> texts = new ArrayList<>();
    try (Connection connection = server.connect(name);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        texts.add(result.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return texts;
  }

  /** All leases and graces are over. As good as waiting, when their holder is dead (PostgreSQL). */
  void letTheMinutePass() {
    execute("UPDATE message_send SET next_attempt_at = next_attempt_at - interval '1 minute'");
  }

  /** How many rows of {@code message_send} are so. */
  long rows(String condition) {
    return count("message_send WHERE " + condition);
  }

  long count(String tableAndCondition) {
    return Long.parseLong(texts("SELECT count(*) FROM " + tableAndCondition).get(0));
  }
}
