package io.outbox4j.testkit.server;

final class H2ServerIT extends DatabaseServerContract {

  H2ServerIT() {
    super(DatabaseKind.H2);
  }
}
