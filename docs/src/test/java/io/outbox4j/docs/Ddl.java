package io.outbox4j.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The script of one database, as the library ships it. */
record Ddl(String text) {

  /**
   * A column.
   *
   * @param name its name
   * @param type its type, in the words of the database
   * @param notNull whether it must have a value
   * @param comment what stands behind it
   */
  record Column(String name, String type, boolean notNull, String comment) {

    /** The most characters of a text, or null when the type has no such limit. */
    @Nullable Integer length() {
      Matcher matcher = Pattern.compile("varchar\\((\\d+)\\)").matcher(type);
      return matcher.find() ? Integer.valueOf(matcher.group(1)) : null;
    }
  }

  private static final Pattern COLUMN =
      Pattern.compile(" {4}([a-z_]+) +([a-z]+(?:\\([0-9]+\\))?)(.*?)(?:--(.*))?");

  static final List<String> DATABASES = List.of("postgresql", "mysql", "mariadb", "h2");

  static Ddl of(String database) {
    String path = "/db/outbox4j/" + database + "/V1__outbox4j.sql";
    try (InputStream in = Objects.requireNonNull(Ddl.class.getResourceAsStream(path), path)) {
      return new Ddl(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Column> columns(String table) {
    List<Column> columns = new ArrayList<>();
    int start = text.indexOf("CREATE TABLE IF NOT EXISTS " + table + " (");
    for (String line : text.substring(start, text.indexOf("\n)", start)).lines().toList()) {
      Matcher matcher = COLUMN.matcher(line);
      if (matcher.matches()) {
        String comment = matcher.group(4);
        columns.add(
            new Column(
                matcher.group(1),
                matcher.group(2),
                matcher.group(3).matches(".*(NOT NULL|AS IDENTITY).*"),
                comment == null ? "" : comment.strip()));
      }
    }
    return columns;
  }
}
