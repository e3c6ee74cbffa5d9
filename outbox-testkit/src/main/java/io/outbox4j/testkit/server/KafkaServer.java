package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker with its controller (KRaft) in one process. Topics are not created by
 * themselves: a test makes those that it needs, and can see what happens when one is missing.
 *
 * <p>A client finds the broker by the address that the broker advertises, so a proxy put before the
 * port would be left after the first answer. Hence a second listener, which advertises the address
 * of {@link #proxy()}.
 */
public final class KafkaServer extends ChildServer {

  private static final String VERSION = "4.3.1";
  // The broker logs by SLF4J 1 and brings no binding of its own.
  private static final String LOGGING = "org.slf4j:slf4j-simple:1.7.36";

  private final InetSocketAddress address = FreePorts.local(FreePorts.next());
  private final InetSocketAddress behindProxy = FreePorts.local(FreePorts.next());
  private final InetSocketAddress proxyAddress = FreePorts.local(FreePorts.next());
  private final InetSocketAddress controller = FreePorts.local(FreePorts.next());
  private final Map<String, String> overrides;
  private @Nullable TcpProxy proxy;

  /** A broker with the settings of the tests, not started. */
  public KafkaServer() {
    this(Map.of());
  }

  /**
   * A broker, not started.
   *
   * @param overrides broker settings that replace or complete those of the tests, for instance
   *     {@code auto.create.topics.enable}
   */
  public KafkaServer(Map<String, String> overrides) {
    super("kafka");
    this.overrides = Map.copyOf(overrides);
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /** The value for {@code bootstrap.servers}: straight to the broker. */
  public String bootstrapServers() {
    return text(address);
  }

  /**
   * The value for {@code bootstrap.servers} of clients whose every connection goes through {@link
   * #proxy()}.
   */
  public String proxiedBootstrapServers() {
    return text(proxy().address());
  }

  /**
   * The proxy before this broker, open from the first call on. It stays open while the broker is
   * down.
   */
  public synchronized TcpProxy proxy() {
    if (proxy == null) {
      proxy = TcpProxy.open(proxyAddress, behindProxy);
    }
    return proxy;
  }

  @Override
  public synchronized void close() {
    if (proxy != null) {
      proxy.close();
    }
    super.close();
  }

  @Override
  protected void prepare() {
    try {
      Files.writeString(configuration(), settings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> format =
        List.of(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            clusterId(),
            "-c",
            configuration().toString());
    ChildProcess.run(java("kafka-format", format), Duration.ofSeconds(90));
  }

  @Override
  protected List<Stage> stages() {
    Launch launch = java("kafka", List.of("kafka.Kafka", configuration().toString()));
    return List.of(new Stage(launch, process -> process.output().contains("Kafka Server started")));
  }

  private Launch java(String name, List<String> mainAndArguments) {
    List<Path> classPath =
        MavenArtifacts.classPath("org.apache.kafka:kafka_2.13:" + VERSION, LOGGING);
    List<String> options =
        List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
            // Its one line tells that the broker serves requests.
            "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info");
    return Launch.java(name, folder(), classPath, options, mainAndArguments);
  }

  private Path configuration() {
    return folder().resolve("server.properties");
  }

  private String settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@" + text(controller));
    settings.put(
        "listeners",
        "PLAINTEXT://"
            + text(address)
            + ",PROXIED://"
            + text(behindProxy)
            + ",CONTROLLER://"
            + text(controller));
    settings.put(
        "advertised.listeners",
        "PLAINTEXT://" + text(address) + ",PROXIED://" + text(proxyAddress));
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", folder().resolve("data").toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.segment.bytes", "16777216");
    settings.put("log.cleaner.dedupe.buffer.size", "8388608");
    // After a kill the controller waits for the old session to end: 9 s by default.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.putAll(overrides);
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String clusterId() {
    UUID id = UUID.randomUUID();
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    // A hyphen in front would be read as an option of the tool.
    bytes[0] = 0;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
