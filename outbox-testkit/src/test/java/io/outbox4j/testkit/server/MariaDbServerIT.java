package io.outbox4j.testkit.server;

final class MariaDbServerIT extends DatabaseServerContract {

  MariaDbServerIT() {
    super(DatabaseKind.MARIADB);
  }
}
