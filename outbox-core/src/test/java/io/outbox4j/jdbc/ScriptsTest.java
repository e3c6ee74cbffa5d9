package io.outbox4j.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts are one schema in four languages. */
class ScriptsTest {

  private static final Pattern COLUMN =
      Pattern.compile("(?m)^(?:CREATE TABLE IF NOT EXISTS|   ) ([a-z_]+) ");

  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb", "h2"})
  void tablesAndColumnsAreThoseOfPostgreSql(String database) {
    assertThat(columns(database)).isEqualTo(columns("postgresql")).contains("claims", "source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgresql", "mysql", "mariadb", "h2"})
  void eachNamesItsVersionInBothTables(String database) {
    Pattern version = Pattern.compile("outbox4j schema " + Schema.VERSION + "'");

    assertThat(version.matcher(script(database)).results()).hasSize(2);
  }

  private static List<String> columns(String database) {
    return COLUMN.matcher(script(database)).results().map(ScriptsTest::name).toList();
  }

  private static String name(MatchResult match) {
    return match.group(1);
  }

  private static String script(String database) {
    String name = "/db/outbox4j/" + database + "/V1__outbox4j.sql";
    try (InputStream script = ScriptsTest.class.getResourceAsStream(name)) {
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
