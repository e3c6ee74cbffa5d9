package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ConfigurationException;
import io.outbox4j.TableSettings;
import io.outbox4j.TableSettings.Initialize;
import io.outbox4j.jdbc.Dialect;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The schema on one database; each test uses tables of its own. */
abstract class SchemaContract {

  abstract StoreDatabase database();

  @Test
  final void tenNodesCreateTheTablesAtOnce() throws Exception {
    TableSettings tables = tables(Initialize.ALWAYS);
    int nodes = 10;
    ExecutorService executor = Executors.newFixedThreadPool(nodes);
    CyclicBarrier start = new CyclicBarrier(nodes);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        running.add(
            executor.submit(
                () -> {
                  start.await();
                  schema(tables).initialize();
                  return null;
                }));
      }
      for (Future<?> node : running) {
        node.get();
      }
    } finally {
      executor.shutdownNow();
    }

    assertThat(schema(tables).problems()).isEmpty();
  }

  @Test
  final void missingTablesAreNamed() {
    TableSettings tables = tables(Initialize.NEVER);
    Schema schema = schema(tables);
    schema.initialize();

    assertThat(schema.problems())
        .hasSize(2)
        .anySatisfy(problem -> assertThat(problem).contains(tables.send(), "does not exist"))
        .anySatisfy(problem -> assertThat(problem).contains(tables.consume(), "does not exist"));
  }

  @Test
  final void embeddedMeansInThisProcess() {
    Schema schema = schema(tables(Initialize.EMBEDDED));
    schema.initialize();

    boolean embedded = database().dataSource().getJdbcUrl().startsWith("jdbc:h2:mem:");
    assertThat(schema.problems()).hasSize(embedded ? 0 : 2);
  }

  @Test
  final void aMissingColumnIsNamed() throws Exception {
    TableSettings tables = created();
    execute("ALTER TABLE " + tables.send() + " DROP COLUMN bucket");

    assertThat(schema(tables).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains(tables.send(), "column bucket"));
  }

  @Test
  final void aMissingIndexIsNamed() throws Exception {
    TableSettings tables = created();
    String index = tables.consume() + "_done";
    String on = database().dialect().name().startsWith("m") ? " ON " + tables.consume() : "";
    execute("DROP INDEX " + index + on);

    assertThat(schema(tables).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("index " + index));
  }

  @Test
  final void anotherVersionIsNamed() throws Exception {
    TableSettings tables = created();
    comment(tables.send(), "outbox4j schema 2");
    assertThat(schema(tables).problems()).isEmpty();

    comment(tables.send(), "outbox4j schema 3");
    comment(tables.consume(), "ours");

    assertThat(schema(tables).problems())
        .hasSize(2)
        .anySatisfy(problem -> assertThat(problem).contains(tables.send(), "version 3"))
        .anySatisfy(problem -> assertThat(problem).contains(tables.consume(), "outbox4j schema 1"));
  }

  @Test
  final void whatIsThereStaysAsItIs() throws Exception {
    TableSettings tables = created();
    comment(tables.send(), "outbox4j schema 3");
    execute("DROP TABLE " + tables.consume());

    schema(tables).create();

    assertThat(schema(tables).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains(tables.send(), "version 3"));
  }

  @Test
  final void thePrintedDdlCreatesTheTables() throws Exception {
    TableSettings tables = tables(Initialize.NEVER);
    for (String sql : schema(tables).ddl().replaceAll("--[^\\n]*", "").split(";")) {
      if (!sql.isBlank()) {
        execute(sql);
      }
    }

    assertThat(schema(tables).problems()).isEmpty();
  }

  @Test
  final void aReservedWordMayNameATable() {
    TableSettings tables = new TableSettings(null, "order", "group", Initialize.ALWAYS);
    schema(tables).create();

    assertThat(schema(tables).problems()).isEmpty();
  }

  @Test
  final void tablesMayStandInASchemaOfTheirOwn() throws Exception {
    String name = "s" + UUID.randomUUID().toString().substring(0, 8);
    execute("CREATE SCHEMA " + name);
    TableSettings tables =
        new TableSettings(name, "message_send", "message_consume", Initialize.ALWAYS);
    schema(tables).initialize();

    assertThat(schema(tables).problems()).isEmpty();
    execute("SELECT count(*) FROM " + name + ".message_send");
  }

  @Test
  final void hostileNamesAreRefused() {
    for (String name :
        List.of("", "a b", "a;b", "a\"b", "a`b", "a.b", "1a", "a-b", "ä", "x".repeat(51), "a\nb")) {
      TableSettings send = new TableSettings(null, name, "c", Initialize.NEVER);
      assertThatThrownBy(() -> schema(send)).isInstanceOf(ConfigurationException.class);
      TableSettings place = new TableSettings(name, "s", "c", Initialize.NEVER);
      assertThatThrownBy(
              () -> new JdbcSendStore(database().dataSource(), dialect(), place, "application"))
          .isInstanceOf(ConfigurationException.class);
    }
    TableSettings same = new TableSettings(null, "s", "S", Initialize.NEVER);
    assertThatThrownBy(() -> schema(same)).hasMessageContaining("two names");
  }

  private TableSettings created() {
    TableSettings tables = tables(Initialize.ALWAYS);
    schema(tables).create();
    return tables;
  }

  private static TableSettings tables(Initialize initialize) {
    String suffix = UUID.randomUUID().toString().substring(0, 8);
    return new TableSettings(null, "send_" + suffix, "consume_" + suffix, initialize);
  }

  private Schema schema(TableSettings tables) {
    return new Schema(database().dataSource(), dialect(), tables);
  }

  private Dialect dialect() {
    return database().dialect();
  }

  private void comment(String table, String comment) throws SQLException {
    execute(
        dialect().name().startsWith("m")
            ? "ALTER TABLE " + table + " COMMENT = '" + comment + "'"
            : "COMMENT ON TABLE " + table + " IS '" + comment + "'");
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
