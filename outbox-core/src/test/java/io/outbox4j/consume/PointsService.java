package io.outbox4j.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.ReceivedMessage;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A service with a database in memory, a pool of connections and an inbox. */
final class PointsService implements AutoCloseable {

  final HikariDataSource dataSource;
  final JdbcTransactionManager transactionManager;
  final TransactionTemplate transaction;
  final JdbcTemplate jdbc;
  final ConsumeTable table;
  final Counts counts = new Counts();
  final TransactionalInbox inbox;

  PointsService(int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=5000");
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(5_000);
    dataSource = new HikariDataSource(config);
    transactionManager = new JdbcTransactionManager(dataSource);
    transaction = new TransactionTemplate(transactionManager);
    jdbc = new JdbcTemplate(dataSource);
    jdbc.execute("CREATE TABLE points (n INT)");
    table = new ConsumeTable(dataSource);
    inbox = new TransactionalInbox(table, transactionManager, dataSource, counts);
  }

  static ReceivedMessage message(String id) {
    return ReceivedMessage.of("points", "orders", id).topic("order-created").build();
  }

  /** Runs what must fail, however. */
  static void fails(ThrowingCallable call) {
    assertThat(catchThrowable(call)).isNotNull();
  }

  void addPoints(ReceivedMessage message) {
    jdbc.update("INSERT INTO points VALUES (1)");
  }

  int points() {
    return jdbc.queryForObject("SELECT count(*) FROM points", Integer.class);
  }

  @Override
  public void close() {
    inbox.close();
    dataSource.close();
  }
}
