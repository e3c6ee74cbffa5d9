package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The SQL that pages show runs on the tables that the library creates. */
class SqlTest {

  @TestFactory
  Stream<DynamicTest> sqlRuns() {
    return Page.all().stream()
        .flatMap(
            page ->
                page.code().stream()
                    .filter(block -> block.language().equals("sql"))
                    .map(
                        block ->
                            DynamicTest.dynamicTest(
                                page.name() + ":" + block.line(),
                                () ->
                                    assertThatCode(() -> run(block.text()))
                                        .doesNotThrowAnyException())));
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
        Statement statement = connection.createStatement()) {
      statement.execute(Ddl.of("h2").text());
      statement.execute(sql);
    }
  }
}
