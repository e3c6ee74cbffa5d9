package io.outbox4j.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.jdbc.Dialect;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Clock;
import java.util.UUID;

/** A new, empty database with a pool of connections. */
record StoreDatabase(HikariDataSource dataSource, Dialect dialect) implements AutoCloseable {

  static StoreDatabase inMemory(boolean autoCommit) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    config.setUsername("sa");
    config.setAutoCommit(autoCommit);
    return of(config);
  }

  static StoreDatabase on(DatabaseKind kind, boolean autoCommit) {
    HikariConfig config = config(kind);
    config.setAutoCommit(autoCommit);
    return of(config);
  }

  /** With a statement that each connection begins with. */
  static StoreDatabase on(DatabaseKind kind, String begin) {
    HikariConfig config = config(kind);
    config.setConnectionInitSql(begin);
    return of(config);
  }

  private static HikariConfig config(DatabaseKind kind) {
    DatabaseServer server = SharedServers.database(kind);
    String name = "stores_" + UUID.randomUUID().toString().substring(0, 8);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.createDatabase(name));
    config.setUsername(server.user());
    config.setPassword(server.password());
    return config;
  }

  private static StoreDatabase of(HikariConfig config) {
    config.setMaximumPoolSize(16);
    config.setMinimumIdle(0);
    HikariDataSource dataSource = new HikariDataSource(config);
    return new StoreDatabase(dataSource, Dialect.of(dataSource, Clock.systemUTC()));
  }

  @Override
  public void close() {
    dataSource.close();
  }
}
