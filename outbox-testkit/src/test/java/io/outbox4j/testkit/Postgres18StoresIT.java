package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class Postgres18StoresIT extends JdbcStores {

  Postgres18StoresIT() {
    super(DatabaseKind.POSTGRESQL18, true);
  }
}
