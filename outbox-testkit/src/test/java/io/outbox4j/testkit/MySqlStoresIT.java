package io.outbox4j.testkit;

import io.outbox4j.testkit.server.DatabaseKind;

class MySqlStoresIT extends JdbcStores {

  MySqlStoresIT() {
    super(DatabaseKind.MYSQL, true);
  }
}
