package io.outbox4j.testkit.server;

import java.util.Locale;

/** The databases that a server can be made of. */
public enum DatabaseKind {
  /** PostgreSQL 18, its program downloaded as a Maven artifact (Linux on amd64). */
  POSTGRESQL18,
  /** PostgreSQL 15 as Debian 12 installs it (package {@code postgresql}). */
  POSTGRESQL15,
  /**
   * MySQL 8.0, its program downloaded as a Maven artifact (Linux on amd64, needs Debian's package
   * {@code libaio1}).
   */
  MYSQL,
  /** MariaDB as the system installs it (Debian's package {@code mariadb-server}). */
  MARIADB,
  /** H2 as a server process on files, downloaded as a Maven artifact. */
  H2;

  /** The name in lower case, as options and folders use it, for instance {@code postgresql18}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A new server of its own, not started, with {@link Durability#FULL full durability}. */
  public DatabaseServer create() {
    return create(Durability.FULL);
  }

  /** A new server of its own, not started. */
  public DatabaseServer create(Durability durability, String... serverArguments) {
    return switch (this) {
      case POSTGRESQL18 -> PostgresServer.version18(durability, serverArguments);
      case POSTGRESQL15 -> PostgresServer.debian15(durability, serverArguments);
      case MYSQL -> new MySqlServer(durability, serverArguments);
      case MARIADB -> new MariaDbServer(durability, serverArguments);
      case H2 -> new H2Server(durability, serverArguments);
    };
  }
}
