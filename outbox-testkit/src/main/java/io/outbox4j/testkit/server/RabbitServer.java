package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One RabbitMQ node without plugins, as the system's package {@code rabbitmq-server} installs it.
 * User {@code guest}, password {@code guest}, virtual host {@code /}. It takes messages of 1 MiB at
 * most, so that a test can send one that is too large.
 */
public final class RabbitServer extends ChildServer {

  private static final String PACKAGE = "rabbitmq-server";
  private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");

  private final InetSocketAddress address = FreePorts.local(FreePorts.next());
  private final int names = FreePorts.next();
  private final int distribution = FreePorts.next();
  private final Map<String, String> overrides;

  /** A node with the settings of the tests, not started. */
  public RabbitServer() {
    this(Map.of());
  }

  /**
   * A node, not started.
   *
   * @param overrides lines of {@code rabbitmq.conf} that replace or complete those of the tests,
   *     for instance {@code max_message_size}
   */
  public RabbitServer(Map<String, String> overrides) {
    super("rabbit");
    this.overrides = Map.copyOf(overrides);
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Runs {@code rabbitmqctl} on this node to its end, for instance {@code control("add_user", ..)}.
   *
   * @return what it printed
   * @throws ServerException if it fails; with the tail of its output
   */
  public String control(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program("rabbitmqctl"), "--quiet"));
    command.addAll(List.of(arguments));
    Launch launch = Launch.of("rabbitmqctl", folder(), command).withEnvironment(environment());
    return ChildProcess.run(launch, Duration.ofSeconds(90));
  }

  /**
   * Writes to disk which exchanges, queues and users there are. The node does so by itself within
   * some seconds; a {@link #kill()} before that would take the last ones with it.
   */
  public void keepDeclarations() {
    control("eval", "mnesia:sync_log().");
  }

  @Override
  protected void prepare() {
    write(
        "rabbitmq.conf",
        settings().entrySet().stream()
            .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
            .collect(Collectors.joining()));
    write("rabbitmq-env.conf", "");
    write("enabled_plugins", "[].\n");
  }

  @Override
  protected List<Stage> stages() {
    // Without one, the node would leave a daemon behind that all nodes of the system share.
    List<String> nameServer =
        List.of(
            Installed.program("epmd", PACKAGE).toString(),
            "-port",
            Integer.toString(names),
            "-address",
            address.getHostString(),
            "-relaxed_command_check");
    Launch broker =
        Launch.of("rabbit", folder(), List.of(program("rabbitmq-server")))
            .withEnvironment(environment());
    return List.of(
        new Stage(
            Launch.of("epmd", folder(), nameServer).withEnvironment(environment()),
            process -> accepts(names)),
        new Stage(broker, process -> process.output().contains("Server startup complete")));
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("listeners.tcp.1", address.getHostString() + ":" + address.getPort());
    settings.put("loopback_users", "none");
    settings.put("disk_free_limit.absolute", "50MB");
    settings.put("max_message_size", Integer.toString(1 << 20));
    settings.put("log.console", "true");
    settings.put("log.file", "false");
    settings.putAll(overrides);
    return settings;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    // The script then becomes the node, which dies with this JVM, instead of its parent.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    environment.put("HOME", folder().toString());
    environment.put("RABBITMQ_NODENAME", "outbox" + address.getPort() + "@localhost");
    environment.put("RABBITMQ_MNESIA_BASE", file("mnesia"));
    environment.put("RABBITMQ_LOG_BASE", file("log"));
    environment.put("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf"));
    environment.put("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf"));
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins"));
    environment.put("RABBITMQ_PID_FILE", file("rabbit.pid"));
    environment.put("RABBITMQ_FEATURE_FLAGS_FILE", file("feature_flags"));
    environment.put("RABBITMQ_GENERATED_CONFIG_DIR", file("generated"));
    environment.put("RABBITMQ_SCHEMA_DIR", file("schema"));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(distribution));
    environment.put("ERL_EPMD_PORT", Integer.toString(names));
    environment.put("ERL_EPMD_ADDRESS", address.getHostString());
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "+S 2:2 +A 8 -kernel inet_dist_use_interface {127,0,0,1}");
    return environment;
  }

  private static boolean accepts(int port) throws IOException {
    try (Socket probe = new Socket(FreePorts.loopback(), port)) {
      return probe.isConnected();
    }
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder().resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String file(String name) {
    return folder().resolve(name).toString();
  }

  private static String program(String name) {
    return Installed.folder(PROGRAMS, PACKAGE).resolve(name).toString();
  }
}
