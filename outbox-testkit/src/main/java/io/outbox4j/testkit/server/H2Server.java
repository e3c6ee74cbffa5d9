package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * H2 as a server process on files. With {@link Durability#FULL} its URLs carry {@code
 * WRITE_DELAY=0}: H2's own default acknowledges a commit up to half a second before it writes it,
 * so that a kill loses it.
 */
public final class H2Server extends ChildDatabaseServer {

  private static final String H2 = "com.h2database:h2:2.4.240";

  /**
   * A server, not started.
   *
   * @param serverArguments more arguments for H2's {@code Server} tool
   */
  public H2Server(Durability durability, String... serverArguments) {
    super(DatabaseKind.H2, durability, serverArguments);
  }

  @Override
  public String user() {
    return "sa";
  }

  @Override
  public String jdbcUrl(String database, InetSocketAddress through) {
    return "jdbc:h2:tcp://"
        + through.getHostString()
        + ":"
        + through.getPort()
        + "/"
        + database
        + (durability == Durability.FULL ? ";WRITE_DELAY=0" : "");
  }

  @Override
  String systemDatabase() {
    return "ready";
  }

  /** H2 makes a database by the first connection to it. */
  @Override
  String systemDatabase(String created) {
    return created;
  }

  @Override
  String driver() {
    return "org.h2.Driver";
  }

  @Override
  List<String> creation(String database) {
    return List.of("DROP ALL OBJECTS");
  }

  @Override
  Launch launch() {
    List<String> arguments =
        new ArrayList<>(List.of("org.h2.tools.Server", "-tcp", "-ifNotExists"));
    arguments.addAll(List.of("-tcpPort", Integer.toString(address().getPort())));
    arguments.addAll(List.of("-baseDir", folder().resolve("data").toString()));
    arguments.addAll(serverArguments);
    List<String> jvmOptions = List.of("-Dh2.bindAddress=" + address().getHostString());
    return Launch.java("h2", folder(), MavenArtifacts.classPath(H2), jvmOptions, arguments);
  }
}
