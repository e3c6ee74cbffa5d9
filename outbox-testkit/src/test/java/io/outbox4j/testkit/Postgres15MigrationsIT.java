package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class Postgres15MigrationsIT extends MigrationContract {

  Postgres15MigrationsIT() {
    super(() -> StoreDatabase.on(DatabaseKind.POSTGRESQL15, true));
  }
}
