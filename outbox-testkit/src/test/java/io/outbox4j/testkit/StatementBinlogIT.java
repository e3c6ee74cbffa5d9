package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.TableSettings;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.testkit.server.DatabaseKind;
import org.junit.jupiter.api.Test;

class StatementBinlogIT {

  @Test
  void aBinaryLogThatRefusesOurIsolationIsNamed() {
    try (StoreDatabase database = StoreDatabase.on(DatabaseKind.MYSQL, true)) {
      Schema schema =
          new Schema(database.dataSource(), database.dialect(), TableSettings.ofDefaults());
      schema.create();
      assertThat(schema.problems()).isEmpty();
    }
    try (StoreDatabase database =
        StoreDatabase.on(DatabaseKind.MYSQL, "SET SESSION binlog_format = 'STATEMENT'")) {
      Schema schema =
          new Schema(database.dataSource(), database.dialect(), TableSettings.ofDefaults());
      schema.create();

      assertThat(schema.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem).contains("binlog_format=STATEMENT"));
    }
  }
}
