package io.outbox4j.testkit.server;

final class MySqlServerIT extends DatabaseServerContract {

  MySqlServerIT() {
    super(DatabaseKind.MYSQL);
  }
}
