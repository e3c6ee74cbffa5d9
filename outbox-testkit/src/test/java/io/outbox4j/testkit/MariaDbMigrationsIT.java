package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class MariaDbMigrationsIT extends MigrationContract {

  MariaDbMigrationsIT() {
    super(() -> StoreDatabase.on(DatabaseKind.MARIADB, true));
  }
}
