package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What each database server must do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseServerContract {

  private final DatabaseServer server;

  DatabaseServerContract(DatabaseKind kind) {
    this.server = kind.create();
  }

  @BeforeAll
  final void startServer() {
    server.start();
  }

  @AfterAll
  final void closeServer() {
    server.close();
    assertThat(server.folder()).doesNotExist();
  }

  @BeforeEach
  final void freshDatabase() throws SQLException {
    server.createDatabase("ledger");
    execute("CREATE TABLE entry (id INT PRIMARY KEY)");
  }

  @Test
  final void aCreatedDatabaseIsEmptyEachTime() throws SQLException {
    execute("INSERT INTO entry VALUES (1)");

    server.createDatabase("ledger");

    assertThatThrownBy(this::count).isInstanceOf(SQLException.class);
  }

  @Test
  final void databasesAreApart() throws SQLException {
    server.createDatabase("other");

    assertThatThrownBy(() -> count("other")).isInstanceOf(SQLException.class);
    assertThat(count()).isZero();
  }

  @Test
  final void aDatabaseNameIsNotPastedIntoSql() {
    assertThatThrownBy(() -> server.createDatabase("a; DROP TABLE b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  final void committedRowsOutliveAKill() throws SQLException {
    Connection connection = server.connect("ledger");
    connection.setAutoCommit(false);
    for (int id = 0; id < 50; id++) {
      insert(connection, id);
      connection.commit();
    }
    insert(connection, 99);

    server.kill();

    assertThat(server.isRunning()).isFalse();
    assertThatThrownBy(
            () -> new Socket(server.address().getAddress(), server.address().getPort()).close())
        .isInstanceOf(ConnectException.class);
    server.start();
    assertThat(count()).isEqualTo(50);
    abandon(connection);
  }

  @Test
  final void rowsOutliveAStop() throws SQLException {
    execute("INSERT INTO entry VALUES (1)");

    server.stop();
    assertThat(server.isRunning()).isFalse();
    server.start();

    assertThat(count()).isEqualTo(1);
  }

  @Test
  final void aFrozenServerAnswersWhenItIsThawed() throws Exception {
    server.freeze();
    CompletableFuture<Integer> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return count();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    server.thaw();

    assertThat(answer.get(20, TimeUnit.SECONDS)).isZero();
  }

  @Test
  final void aFrozenServerCanBeKilledAndStartedAgain() throws SQLException {
    server.freeze();

    server.kill();
    server.start();

    assertThat(count()).isZero();
  }

  @Test
  final void aCommitWhoseAnswerIsCutIsInTheDatabase() throws SQLException {
    commitWithCut(TcpProxy.Direction.TO_CLIENT);

    assertThat(count()).isEqualTo(1);
  }

  @Test
  final void aCommitThatIsCutOnItsWayIsNotInTheDatabase() throws SQLException {
    commitWithCut(TcpProxy.Direction.TO_SERVER);

    assertThat(count()).isZero();
  }

  private void commitWithCut(TcpProxy.Direction direction) throws SQLException {
    try (TcpProxy proxy = TcpProxy.before(server.address())) {
      Connection connection = connect(proxy);
      connection.setAutoCommit(false);
      // H2's driver asks the server to prepare the COMMIT before the first one of a connection.
      connection.commit();
      insert(connection, 1);
      proxy.cutAtNext(direction);

      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      abandon(connection);
    }
  }

  private static void insert(Connection connection, int id) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO entry VALUES (" + id + ")");
    }
  }

  /** Closes a connection that is broken already. */
  private static void abandon(Connection connection) {
    try {
      connection.close();
    } catch (SQLException broken) {
      // As wanted by the test.
    }
  }

  private Connection connect(TcpProxy proxy) throws SQLException {
    String url = server.jdbcUrl("ledger", proxy.address());
    return DriverManager.getConnection(url, server.user(), server.password());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = server.connect("ledger");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int count() throws SQLException {
    return count("ledger");
  }

  private int count(String database) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM entry")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
