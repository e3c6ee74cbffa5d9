package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class Postgres15StoresIT extends JdbcStores {

  Postgres15StoresIT() {
    super(DatabaseKind.POSTGRESQL15, false);
  }
}
