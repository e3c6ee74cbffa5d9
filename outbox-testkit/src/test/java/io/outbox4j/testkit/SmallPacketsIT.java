package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.TableSettings;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.spi.NewRow;
import io.outbox4j.testkit.server.DatabaseKind;
import io.outbox4j.testkit.server.DatabaseServer;
import io.outbox4j.testkit.server.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Servers that refuse a statement of more than {@code max_allowed_packet} bytes. */
class SmallPacketsIT {

  private static final int PACKET = 4 << 20;
  private static final int ROWS = 40;
  private static final int ROW = 512 << 10;

  @ParameterizedTest
  @EnumSource(names = {"MYSQL", "MARIADB"})
  void aTransactionMayHoldMoreThanAStatement(DatabaseKind kind) throws SQLException {
    long before = packet(kind, PACKET);
    try (StoreDatabase database = StoreDatabase.on(kind, true)) {
      TableSettings tables = TableSettings.ofDefaults();
      new Schema(database.dataSource(), database.dialect(), tables).create();
      JdbcSendStore store =
          new JdbcSendStore(database.dataSource(), database.dialect(), tables, "application");
      TestRows rows = new TestRows("application");
      // Bytes of 0 take two in a statement.
      List<NewRow> many =
          IntStream.range(0, ROWS)
              .mapToObj(i -> rows.row("kafka", rows.message("n" + i).payload(new byte[ROW + i])))
              .map(NewRow::due)
              .toList();
      many.forEach(row -> store.vet(row.row()));

      new TransactionTemplate(new JdbcTransactionManager(database.dataSource()))
          .executeWithoutResult(transaction -> store.append(many));

      assertThat(store.claimDue("kafka", ROWS + 1, 1L << 30, Duration.ofMinutes(1)))
          .extracting(claimed -> claimed.row().message().payload().length)
          .containsExactlyElementsOf(IntStream.range(ROW, ROW + ROWS).boxed().toList());
    } finally {
      packet(kind, before);
    }
  }

  /** Rules over connections that are made from now on. */
  private static long packet(DatabaseKind kind, long bytes) throws SQLException {
    DatabaseServer server = SharedServers.database(kind);
    try (Connection connection = server.connect("mysql");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@global.max_allowed_packet")) {
      result.next();
      long before = result.getLong(1);
      statement.execute("SET GLOBAL max_allowed_packet = " + bytes);
      return before;
    }
  }
}
