package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class MySqlMigrationsIT extends MigrationContract {

  MySqlMigrationsIT() {
    super(() -> StoreDatabase.on(DatabaseKind.MYSQL, true));
  }
}
