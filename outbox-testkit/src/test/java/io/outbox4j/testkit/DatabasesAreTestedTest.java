package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.testkit.server.DatabaseKind;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No database can be added without the contracts of both stores. */
class DatabasesAreTestedTest {

  @Test
  void everyKindOfDatabaseHasItsStoresTested() {
    List<DatabaseKind> tested =
        Completeness.of(JdbcStores.class, JdbcStores.class)
            .implementations(JdbcStores.class)
            .stream()
            // What is called otherwise does not run with the servers.
            .filter(type -> type.getSimpleName().endsWith("IT"))
            .map(DatabasesAreTestedTest::kind)
            .filter(Objects::nonNull)
            .toList();

    assertThat(DatabaseKind.values()).hasSizeGreaterThan(1);
    assertThat(tested).containsAll(Arrays.asList(DatabaseKind.values()));
  }

  private static @Nullable DatabaseKind kind(Class<?> type) {
    try {
      return ((JdbcStores) type.getDeclaredConstructor().newInstance()).kind();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(type.getName(), e);
    }
  }
}
