package io.outbox4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.AppendFailedException;
import io.outbox4j.InboxSettings;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.TableSettings;
import io.outbox4j.TableSettings.Initialize;
import io.outbox4j.jdbc.JdbcConsumeStore;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.spi.NewRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the database refuses: drivers print the values of the row, we must not. */
abstract class SilenceContract {

  private static final String SECRET = "s3cret";

  private final TableSettings tables =
      new TableSettings(null, name("send_"), name("consume_"), Initialize.ALWAYS);

  abstract StoreDatabase database();

  @BeforeEach
  void createTablesThatRefuseEveryRow() throws SQLException {
    new Schema(database().dataSource(), database().dialect(), tables).create();
    for (String table : List.of(tables.send(), tables.consume())) {
      execute("ALTER TABLE " + table + " ADD COLUMN trap integer NOT NULL");
    }
  }

  @Test
  final void anAppendThatFailsTellsNoPayload() {
    JdbcSendStore store =
        new JdbcSendStore(database().dataSource(), database().dialect(), tables, "application");
    TestRows rows = new TestRows("application");
    NewRow row =
        NewRow.due(
            rows.row("kafka", rows.message("x").key(SECRET).payload(SECRET.getBytes(UTF_8))));

    assertThatThrownBy(() -> transactions().executeWithoutResult(tx -> store.append(List.of(row))))
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("SQLSTATE")
        .satisfies(error -> TestRows.assertTellsNothingOf(SECRET, error));
  }

  @Test
  final void anAdmissionOrRecordThatFailsTellsNoPayload() {
    JdbcConsumeStore store =
        new JdbcConsumeStore(
            database().dataSource(),
            database().dialect(),
            tables,
            "application",
            new InboxSettings(Duration.ofSeconds(5), true));
    ReceivedMessage message =
        ReceivedMessage.of("group", "source", SECRET).payload(SECRET.getBytes(UTF_8)).build();

    assertThatThrownBy(() -> transactions().executeWithoutResult(tx -> store.admit(message)))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("SQLSTATE")
        .satisfies(error -> TestRows.assertTellsNothingOf(SECRET, error));
    assertThatThrownBy(() -> store.recordFailure(message, SECRET))
        .isInstanceOf(DataAccessException.class)
        .satisfies(error -> TestRows.assertTellsNothingOf(SECRET, error));
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new JdbcTransactionManager(database().dataSource()));
  }

  private static String name(String prefix) {
    return prefix + UUID.randomUUID().toString().substring(0, 8);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }
}
