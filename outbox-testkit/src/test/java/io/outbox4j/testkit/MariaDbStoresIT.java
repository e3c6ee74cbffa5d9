package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class MariaDbStoresIT extends JdbcStores {

  MariaDbStoresIT() {
    super(DatabaseKind.MARIADB, false);
  }
}
