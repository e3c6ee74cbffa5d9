package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PostgresDurabilityIT {

  @ParameterizedTest
  @CsvSource({"FULL,on", "RELAXED,off"})
  void isWhatWasAskedFor(Durability durability, String expected) throws SQLException {
    try (DatabaseServer server = DatabaseKind.POSTGRESQL15.create(durability)) {
      server.start();

      assertThat(show(server, "fsync")).isEqualTo(expected);
      assertThat(show(server, "synchronous_commit")).isEqualTo(expected);
      assertThat(show(server, "full_page_writes")).isEqualTo(expected);
    }
  }

  @Test
  void serverArgumentsArePassedOn() throws SQLException {
    try (DatabaseServer server =
        DatabaseKind.POSTGRESQL15.create(Durability.RELAXED, "-c", "work_mem=7MB")) {
      server.start();

      assertThat(show(server, "work_mem")).isEqualTo("7MB");
    }
  }

  private static String show(DatabaseServer server, String setting) throws SQLException {
    try (Connection connection = server.connect("postgres");
        ResultSet row = connection.createStatement().executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }
}
