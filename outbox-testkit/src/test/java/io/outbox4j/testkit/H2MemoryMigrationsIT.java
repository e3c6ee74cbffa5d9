package io.outbox4j.testkit;

class H2MemoryMigrationsIT extends MigrationContract {

  H2MemoryMigrationsIT() {
    super(() -> StoreDatabase.inMemory(true));
  }
}
