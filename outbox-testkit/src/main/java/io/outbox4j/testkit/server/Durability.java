package io.outbox4j.testkit.server;

/** What a database promises about a committed transaction. */
public enum Durability {
  /** As in production: a commit is on the disk before it is acknowledged. The default. */
  FULL,
  /** Commits may be lost when the server is killed. Faster; for tests that kill no server. */
  RELAXED
}
