package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import io.outbox4j.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tables' names, checked and quoted.
 *
 * @param settings the names as they were given
 * @param send the quoted name of the table of sent messages, with its schema
 * @param consume the quoted name of the table of consumed messages, with its schema
 */
record Tables(TableSettings settings, String send, String consume) {

  /** Leaves room for the suffixes of index names, which PostgreSQL cuts at 63 characters. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,49}");

  static Tables of(Dialect dialect, TableSettings settings) {
    List<String> problems = new ArrayList<>();
    check("schema", settings.schema(), problems);
    check("table of sent messages", settings.send(), problems);
    check("table of consumed messages", settings.consume(), problems);
    if (settings.send().equalsIgnoreCase(settings.consume())) {
      problems.add("both tables are named %s: give them two names".formatted(settings.send()));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    String prefix = settings.schema() == null ? "" : dialect.quote(settings.schema()) + ".";
    return new Tables(
        settings,
        prefix + dialect.quote(settings.send()),
        prefix + dialect.quote(settings.consume()));
  }

  private static void check(String what, @Nullable String name, List<String> problems) {
    if (name != null && !NAME.matcher(name).matches()) {
      problems.add(
          ("the name of the %s is '%s': use letters (A to Z), digits and underscores, no digit"
                  + " first, at most 50")
              .formatted(what, name.replaceAll("\\p{Cntrl}", "?")));
    }
  }
}
