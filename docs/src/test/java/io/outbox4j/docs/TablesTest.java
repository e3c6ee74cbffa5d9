package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.docs.Ddl.Column;
import io.outbox4j.docs.Page.Row;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about the tables has their columns, as the scripts have them. */
class TablesTest {

  private final Page page = Page.at("docs/reference/tables.md");

  static Stream<Arguments> tablesOfDatabases() {
    return Ddl.DATABASES.stream()
        .flatMap(
            database ->
                Stream.of("message_send", "message_consume")
                    .map(table -> Arguments.of(database, table)));
  }

  @ParameterizedTest
  @MethodSource("tablesOfDatabases")
  void columns(String database, String table) {
    assertThat(rows(table))
        .extracting(row -> row.cells().get(0) + " " + row.cells().get(1))
        .containsExactlyElementsOf(
            Ddl.of(database).columns(table).stream()
                .map(column -> "`" + column.name() + "` " + (column.notNull() ? "no" : "yes"))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"message_send", "message_consume"})
  void lengths(String table) {
    List<Column> columns = Ddl.of("postgresql").columns(table);
    List<Row> rows = rows(table);
    for (int i = 0; i < columns.size(); i++) {
      Integer length = columns.get(i).length();
      String meaning = rows.get(i).cells().get(2);
      if (length != null && !columns.get(i).name().equals("order_key")) {
        assertThat(meaning).as(columns.get(i).name()).startsWith("up to " + length + ".");
      } else {
        assertThat(meaning).as(columns.get(i).name()).doesNotContain("up to ");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tablesOfDatabases")
  void states(String database, String table) {
    Column status =
        Ddl.of(database).columns(table).stream()
            .filter(column -> column.name().equals("status"))
            .findFirst()
            .orElseThrow();
    assertThat(rows(table))
        .filteredOn(row -> row.cells().get(0).equals("`status`"))
        .singleElement()
        .satisfies(row -> assertThat(row.cells().get(2)).isEqualTo(status.comment()));
  }

  private List<Row> rows(String table) {
    return page.rows().stream()
        .filter(row -> row.heading().equals(table) && row.cells().get(0).startsWith("`"))
        .toList();
  }
}
