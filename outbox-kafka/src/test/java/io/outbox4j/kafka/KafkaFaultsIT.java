package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Faults of one destination, and of the network, on a broker with two disks and permissions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaFaultsIT {

  private static final Duration SEND_LIMIT = Duration.ofSeconds(6);

  private Path disks;
  private KafkaServer server;
  private Broker broker;

  @BeforeAll
  void startServer(@TempDir Path folder) {
    disks = folder;
    server =
        new KafkaServer(
            Map.of(
                "log.dirs", disks.resolve("a") + "," + disks.resolve("b"),
                "metadata.log.dir", disks.resolve("a").toString(),
                "replica.high.watermark.checkpoint.interval.ms", "500",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true"));
    server.start();
    broker = new Broker(server);
  }

  @AfterAll
  void closeServer() {
    server.close();
  }

  @BeforeEach
  void healTheNetwork() {
    server.proxy().heal();
  }

  @Test
  void aPartitionWithoutALeaderIsTheDestinationsFault() throws Exception {
    String topic = broker.createTopic(8, Map.of());
    Path disk = disks.resolve("b");
    // The broker makes the folders after it has answered.
    await()
        .until(
            () ->
                partitionsOn(disk, topic).size() + partitionsOn(disks.resolve("a"), topic).size()
                    == 8);
    List<Integer> onDisk = partitionsOn(disk, topic);
    List<Integer> elsewhere = partitionsOn(disks.resolve("a"), topic);
    // A disk that fails before the controller knows what is on it leaves a leader in its books.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> timesInTheControllersLog(idOf(disk)) > onDisk.size());
    try (Transport transport = transport(server.bootstrapServers())) {
      OutgoingMessage first = MessageDraft.to(topic).partition(onDisk.get(0)).build();
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);

      Path lost = Files.move(disk, disks.resolve("lost"));
      try {
        await().atMost(Duration.ofSeconds(30)).until(() -> isLeaderless(topic, onDisk.get(0)));
        OutgoingMessage bad = MessageDraft.to(topic).partition(onDisk.get(0)).build();
        OutgoingMessage good = MessageDraft.to(topic).partition(elsewhere.get(0)).build();

        Map<OutgoingMessage, SendResult> results = send(transport, bad, good);

        assertUnavailable(results.get(bad), Scope.DESTINATION, true);
        assertThat(results.get(good)).isInstanceOf(Acknowledged.class);
      } finally {
        server.kill();
        Files.move(lost, disk);
        server.start();
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> send(transport, first).get(first) instanceof Acknowledged);
    }
  }

  @Test
  void aTopicWithoutPermissionIsTheDestinationsFault() throws Exception {
    String topic = broker.createTopic(1, Map.of());
    String other = broker.createTopic(1, Map.of());
    AclBinding denied =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
    try (Admin admin = admin()) {
      admin.createAcls(List.of(denied)).all().get(30, TimeUnit.SECONDS);
    }
    OutgoingMessage bad = MessageDraft.to(topic).build();
    OutgoingMessage good = MessageDraft.to(other).build();
    try (Transport transport = transport(server.bootstrapServers())) {
      Map<OutgoingMessage, SendResult> results = send(transport, bad, good);

      assertThat(results.get(good)).isInstanceOf(Acknowledged.class);
      assertThat(results.get(bad))
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable -> {
                assertThat(unavailable.scope()).isEqualTo(Scope.DESTINATION);
                assertThat(unavailable.reason()).isEqualTo("TopicAuthorizationException");
              });
    }
  }

  @Test
  void anAcknowledgementThatIsLostMayHaveArrived() {
    String topic = broker.createTopic(1, Map.of());
    try (Transport transport = transport(server.proxiedBootstrapServers())) {
      OutgoingMessage first = MessageDraft.to(topic).build();
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);

      server.proxy().swallow(Direction.TO_CLIENT);
      OutgoingMessage second = MessageDraft.to(topic).build();
      assertUnavailable(send(transport, second).get(second), Scope.TRANSPORT, true);
      assertThat(broker.read(topic)).hasSizeGreaterThanOrEqualTo(2);

      server.proxy().heal();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> send(transport, first).get(first) instanceof Acknowledged);
    }
  }

  @Test
  void aConnectionThatIsCutIsMadeAgainWithinTheSend() {
    String topic = broker.createTopic(1, Map.of());
    try (Transport transport = transport(server.proxiedBootstrapServers())) {
      OutgoingMessage first = MessageDraft.to(topic).build();
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);

      server.proxy().cutAtNext(Direction.TO_CLIENT);
      OutgoingMessage second = MessageDraft.to(topic).build();

      assertThat(send(transport, second).get(second)).isEqualTo(new Acknowledged("0@1"));
      assertThat(broker.read(topic)).hasSize(2);
    }
  }

  @Test
  void aMissingTopicOfABrokerThatIsSilentIsTheTransportsFault() {
    String known = broker.createTopic(1, Map.of());
    try (Transport transport = transport(server.proxiedBootstrapServers())) {
      OutgoingMessage first = MessageDraft.to(known).build();
      assertThat(send(transport, first).get(first)).isInstanceOf(Acknowledged.class);
      OutgoingMessage missing = MessageDraft.to("missing").build();
      assertUnavailable(send(transport, missing).get(missing), Scope.DESTINATION, false);

      server.proxy().stall(Direction.TO_CLIENT);

      assertUnavailable(send(transport, missing).get(missing), Scope.TRANSPORT, false);
    }
  }

  private static Transport transport(String bootstrapServers) {
    Transport transport =
        KafkaTransport.of(Map.of("bootstrap.servers", bootstrapServers), SEND_LIMIT);
    transport.start();
    return transport;
  }

  private static Map<OutgoingMessage, SendResult> send(
      Transport transport, OutgoingMessage... batch) {
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    transport.send(List.of(batch), results::put);
    return results;
  }

  private static void assertUnavailable(SendResult result, Scope scope, boolean mayHaveArrived) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.scope()).isEqualTo(scope);
              assertThat(unavailable.mayHaveArrived()).isEqualTo(mayHaveArrived);
            });
  }

  private static List<Integer> partitionsOn(Path disk, String topic) throws IOException {
    try (var folders = Files.list(disk)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith(topic + "-"))
          .map(name -> Integer.valueOf(name.substring(topic.length() + 1)))
          .toList();
    }
  }

  private static byte[] idOf(Path disk) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(disk.resolve("meta.properties"))) {
      properties.load(in);
    }
    Uuid id = Uuid.fromString(properties.getProperty("directory.id"));
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /** Once for the broker's registration, and once for each partition on that disk. */
  private int timesInTheControllersLog(byte[] id) throws IOException {
    Path log = disks.resolve("a/__cluster_metadata-0/00000000000000000000.log");
    String wanted = new String(id, ISO_8859_1);
    String all = new String(Files.readAllBytes(log), ISO_8859_1);
    int times = 0;
    for (int at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
      times++;
    }
    return times;
  }

  private boolean isLeaderless(String topic, int partition) throws Exception {
    try (Admin admin = admin()) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .get(topic)
          .partitions()
          .stream()
          .filter(info -> info.partition() == partition)
          .allMatch(info -> info.leader() == null || info.leader().isEmpty());
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()));
  }
}
