package io.outbox4j.testkit;

class H2MemoryStoresTest extends JdbcStores {

  H2MemoryStoresTest() {
    super(true);
  }
}
