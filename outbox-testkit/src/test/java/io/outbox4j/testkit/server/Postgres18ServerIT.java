package io.outbox4j.testkit.server;

final class Postgres18ServerIT extends DatabaseServerContract {

  Postgres18ServerIT() {
    super(DatabaseKind.POSTGRESQL18);
  }
}
