package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class Postgres18MigrationsIT extends MigrationContract {

  Postgres18MigrationsIT() {
    super(() -> StoreDatabase.on(DatabaseKind.POSTGRESQL18, true));
  }
}
