package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One RocketMQ broker, and the name server that tells clients where it is. The broker is what is
 * killed, frozen and started again; the name server is a {@linkplain #nameServer() server of its
 * own} and stays. The broker starts it when it is away.
 *
 * <p>Topics are not created by themselves: a test makes those that it needs, with the cluster's
 * name {@value #CLUSTER} as the key, and can see what happens when one is missing. A message is on
 * the disk when it is acknowledged, and may have 1 MiB.
 *
 * <p>Clients connect to the address that the broker registered. That of a broker {@linkplain
 * #behindProxy behind a proxy} is the proxy's.
 */
public final class RocketMqServer extends ChildServer {

  /** The name of the cluster. */
  public static final String CLUSTER = "tests";

  private static final String VERSION = "5.5.0";

  /** The broker opens a second port for clients, this far from the first one. */
  private static final int SECOND_PORT = -2;

  private final InetSocketAddress address = FreePorts.local(FreePorts.next(SECOND_PORT));
  private final int replication = FreePorts.next();
  private final NameServer nameServer = new NameServer();
  private final Map<String, String> overrides;
  private final @Nullable TcpProxy proxy;

  /** A broker with the settings of the tests, not started. */
  public RocketMqServer() {
    this(Map.of());
  }

  /**
   * A broker, not started.
   *
   * @param overrides broker settings that replace or complete those of the tests, for instance
   *     {@code autoCreateTopicEnable}
   */
  public RocketMqServer(Map<String, String> overrides) {
    this(overrides, false);
  }

  private RocketMqServer(Map<String, String> overrides, boolean behindProxy) {
    super("rocketmq");
    this.overrides = Map.copyOf(overrides);
    this.proxy = behindProxy ? TcpProxy.open(advertised(), address) : null;
  }

  /**
   * A broker, not started, that clients reach through {@link #proxy()} only: on the same port of
   * 127.0.0.2.
   *
   * @param overrides as for the constructor
   */
  public static RocketMqServer behindProxy(Map<String, String> overrides) {
    return new RocketMqServer(overrides, true);
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /** The name server: first asked by clients, later once in a while. */
  public Server nameServer() {
    return nameServer;
  }

  /** The value for {@code namesrvAddr}. */
  public String nameServers() {
    return text(nameServer.address());
  }

  /**
   * The proxy before this broker. It stays open while the broker is down.
   *
   * @throws IllegalStateException if there is none
   */
  public TcpProxy proxy() {
    if (proxy == null) {
      throw new IllegalStateException("not behind a proxy: make it by behindProxy");
    }
    return proxy;
  }

  @Override
  public synchronized void close() {
    if (proxy != null) {
      proxy.close();
    }
    super.close();
    nameServer.close();
  }

  @Override
  protected void prepare() {
    write(folder().resolve("broker.conf"), settings());
  }

  @Override
  protected List<Stage> stages() {
    nameServer.start();
    // Written once the name server has the broker, so that clients find it.
    return List.of(
        new Stage(
            java("broker", "org.apache.rocketmq.broker.BrokerStartup", folder()),
            process -> process.output().contains("boot success")));
  }

  private InetSocketAddress advertised() {
    return new InetSocketAddress("127.0.0.2", address.getPort());
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("brokerClusterName", CLUSTER);
    settings.put("brokerName", "broker");
    settings.put("brokerId", "0");
    settings.put("namesrvAddr", nameServers());
    settings.put("bindAddress", address.getHostString());
    settings.put("brokerIP1", (proxy == null ? address : advertised()).getHostString());
    settings.put("brokerIP2", address.getHostString());
    settings.put("listenPort", Integer.toString(address.getPort()));
    settings.put("haListenPort", Integer.toString(replication));
    settings.put("storePathRootDir", folder().resolve("store").toString());
    settings.put("storePathCommitLog", folder().resolve("store/commitlog").toString());
    // The broker tells a name server that was away where it is: by default after 30 s.
    settings.put("registerNameServerPeriod", "10000");
    settings.put("autoCreateTopicEnable", "false");
    settings.put("flushDiskType", "SYNC_FLUSH");
    settings.put("maxMessageSize", "1048576");
    settings.put("diskMaxUsedSpaceRatio", "95");
    // On a machine with other work it would call itself busy, by default after 0.2 and 1 s.
    settings.put("waitTimeMillsInSendQueue", "10000");
    settings.put("osPageCacheBusyTimeOutMills", "10000");
    // Small files: each would be made and filled at the start.
    settings.put("mappedFileSizeCommitLog", "16777216");
    settings.put("mappedFileSizeConsumeQueue", "60000");
    settings.put("mappedFileSizeTimerLog", "1048576");
    settings.put("maxIndexNum", "4000");
    settings.put("maxHashSlotNum", "1000");
    settings.putAll(overrides);
    return settings;
  }

  private static Launch java(String program, String main, Path folder) {
    return Launch.java(
        "rocketmq-" + program,
        folder,
        MavenArtifacts.classPath("org.apache.rocketmq:rocketmq-" + program + ":" + VERSION),
        List.of(
            "-XX:MaxDirectMemorySize=128m",
            "-Drocketmq.home.dir=" + folder,
            // Its logs, and what it keeps beside the store.
            "-Duser.home=" + folder),
        List.of(main, "-c", folder.resolve(program + ".conf").toString()));
  }

  private static void write(Path file, Map<String, String> settings) {
    try {
      Files.writeString(
          file,
          settings.entrySet().stream()
              .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /** Where clients ask for the broker. */
  private static final class NameServer extends ChildServer {

    private final InetSocketAddress address = FreePorts.local(FreePorts.next());

    NameServer() {
      super("rocketmq-namesrv");
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    protected void prepare() {
      write(
          folder().resolve("namesrv.conf"),
          Map.of(
              "listenPort", Integer.toString(address.getPort()),
              "bindAddress", address.getHostString(),
              "kvConfigPath", folder().resolve("kvConfig.json").toString()));
    }

    @Override
    protected List<Stage> stages() {
      return List.of(
          new Stage(
              java("namesrv", "org.apache.rocketmq.namesrv.NamesrvStartup", folder()),
              process -> process.output().contains("boot success")));
    }
  }
}
