package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class SharedServersIT {

  @Test
  void thereIsOneOfAKind() {
    assertThat(SharedServers.database(DatabaseKind.H2))
        .isSameAs(SharedServers.database(DatabaseKind.H2));
  }

  @Test
  void aKilledOneComesBackWithItsData() throws SQLException {
    DatabaseServer server = SharedServers.database(DatabaseKind.H2);
    server.createDatabase("shared");
    try (Connection connection = server.connect("shared")) {
      connection.createStatement().execute("CREATE TABLE kept (id INT)");
    }
    server.kill();

    assertThat(SharedServers.database(DatabaseKind.H2).isRunning()).isTrue();
    try (Connection connection = server.connect("shared")) {
      assertThat(connection.createStatement().executeQuery("SELECT * FROM kept").next()).isFalse();
    }
  }

  @Test
  void aFrozenOneComesBack() throws SQLException {
    SharedServers.database(DatabaseKind.H2).freeze();

    try (Connection connection = SharedServers.database(DatabaseKind.H2).connect("ready")) {
      assertThat(connection.isValid(10)).isTrue();
    }
  }
}
