package io.outbox4j.testkit.server;

final class Postgres15ServerIT extends DatabaseServerContract {

  Postgres15ServerIT() {
    super(DatabaseKind.POSTGRESQL15);
  }
}
