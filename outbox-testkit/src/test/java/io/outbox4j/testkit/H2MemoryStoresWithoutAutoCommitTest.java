package io.outbox4j.testkit;

class H2MemoryStoresWithoutAutoCommitTest extends JdbcStores {

  H2MemoryStoresWithoutAutoCommitTest() {
    super(false);
  }
}
