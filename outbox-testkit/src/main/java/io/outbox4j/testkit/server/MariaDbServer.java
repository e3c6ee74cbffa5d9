package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** MariaDB as the system's package {@code mariadb-server} installs it. */
public final class MariaDbServer extends ChildDatabaseServer {

  private static final String PACKAGE = "mariadb-server";

  /**
   * A server, not started.
   *
   * @param serverArguments more arguments for {@code mariadbd}, for instance {@code
   *     --max-connections=500}
   */
  public MariaDbServer(Durability durability, String... serverArguments) {
    super(DatabaseKind.MARIADB, durability, serverArguments);
  }

  @Override
  public String user() {
    return "root";
  }

  @Override
  public String jdbcUrl(String database, InetSocketAddress through) {
    return "jdbc:mariadb://" + through.getHostString() + ":" + through.getPort() + "/" + database;
  }

  @Override
  String systemDatabase() {
    return "mysql";
  }

  @Override
  String driver() {
    return "org.mariadb.jdbc.Driver";
  }

  @Override
  List<String> creation(String database) {
    return List.of("DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database);
  }

  @Override
  protected void prepare() {
    List<String> command = new ArrayList<>();
    command.add(Installed.program("mariadb-install-db", PACKAGE).toString());
    command.addAll(common());
    command.addAll(List.of("--auth-root-authentication-method=normal", "--skip-test-db"));
    ChildProcess.run(Launch.of("mariadb-install-db", folder(), command), Duration.ofSeconds(90));
  }

  @Override
  Launch launch() {
    List<String> command = new ArrayList<>();
    command.add(Installed.program("mariadbd", PACKAGE).toString());
    command.addAll(common());
    command.addAll(
        List.of(
            "--port=" + address().getPort(),
            "--bind-address=" + address().getHostString(),
            "--socket=" + folder().resolve("mariadb.sock"),
            "--pid-file=" + folder().resolve("mariadb.pid"),
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=32M",
            "--max-connections=200",
            // What Debian's own configuration sets; the program's default is latin1.
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci"));
    if (durability == Durability.RELAXED) {
      command.addAll(List.of("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite"));
    }
    command.addAll(serverArguments);
    return Launch.of("mariadbd", folder(), command);
  }

  private List<String> common() {
    Path data = folder().resolve("data");
    // --no-defaults must stand first: the system's own option files are not ours.
    return Forks.isRoot()
        ? List.of("--no-defaults", "--user=root", "--datadir=" + data)
        : List.of("--no-defaults", "--datadir=" + data);
  }
}
