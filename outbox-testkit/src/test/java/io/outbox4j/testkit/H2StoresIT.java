package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class H2StoresIT extends JdbcStores {

  H2StoresIT() {
    super(DatabaseKind.H2, true);
  }
}
