package io.outbox4j.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** What is seen of a real broker. One alone has topics of one replica only. */
final class InspectionIT {

  private final Broker broker = new Broker(SharedServers.kafka());
  private final String prefix = "safety-" + UUID.randomUUID() + "-";

  @Test
  void topicsOfOneReplicaAreFound() {
    String orders = broker.createTopic(prefix + "orders", 2, Map.of());
    String points =
        broker.createTopic(prefix + "points", 1, Map.of("unclean.leader.election.enable", "true"));

    SafetyReport report = inspect(orders, points);

    assertThat(report.unseen()).isEmpty();
    assertThat(report.findings())
        .extracting(Finding::subject, finding -> finding.problem().split("[ :]")[0])
        .containsExactlyInAnyOrder(
            tuple(orders, "one"),
            tuple(points, "one"),
            tuple(points, "unclean.leader.election.enable"));
    assertThat(report.findings())
        .allSatisfy(
            finding -> assertThat(finding.manual()).asString().startsWith("https://kafka.apache"));
  }

  @Test
  void aPatternStandsForWhatTheClusterLists() {
    String orders = broker.createTopic(prefix + "orders", 1, Map.of());
    String points = broker.createTopic(prefix + "points", 1, Map.of());

    SafetyReport report = inspect(prefix + "*");

    assertThat(report.findings())
        .extracting(Finding::subject)
        .containsExactlyInAnyOrder(orders, points);
    assertThat(report.unseen()).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaid() {
    String orders = broker.createTopic(prefix + "orders", 1, Map.of());

    SafetyReport report = inspect(prefix + "none", orders, prefix + "no-*");

    assertThat(report.findings()).extracting(Finding::subject).containsExactly(orders);
    assertThat(report.unseen())
        .containsExactlyInAnyOrder(
            new Unseen(prefix + "none", "it is not there"),
            new Unseen(prefix + "no-*", "no topic fits"));
  }

  @Test
  void whereAnyTopicMayComeTheBrokersOwnDefaultsAreSeen() {
    for (RoutedTopics open : List.of(new RoutedTopics(List.of()), new RoutedTopics(List.of("*")))) {
      SafetyReport report = inspect(open);

      assertThat(report.unseen()).isEmpty();
      assertThat(report.findings())
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.subject()).isEqualTo("broker 1");
                assertThat(finding.problem()).startsWith("default.replication.factor is 1");
              });
    }
  }

  @Test
  void aBrokerWithSafeDefaultsHasNoFindingAndOneThatRefusesIsSaid() throws Exception {
    Map<String, String> settings =
        Map.of(
            "default.replication.factor", "3",
            "min.insync.replicas", "2",
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found", "true");
    try (KafkaServer server = new KafkaServer(settings)) {
      server.start();
      try (KafkaTransport transport = transport(server.bootstrapServers())) {
        assertThat(transport.inspect(new RoutedTopics(List.of()))).isEqualTo(SafetyReport.EMPTY);

        String halfSeen = new Broker(server).createTopic(1, Map.of());
        String secret = new Broker(server).createTopic(1, Map.of());
        refuse(server, halfSeen, secret);

        SafetyReport report = transport.inspect(new RoutedTopics(List.of(halfSeen, secret, "*")));
        assertThat(report.findings()).extracting(Finding::subject).containsExactly(halfSeen);
        assertThat(report.unseen())
            .containsExactlyInAnyOrder(
                new Unseen(secret, "TopicAuthorizationException"),
                new Unseen(halfSeen, "TopicAuthorizationException"),
                new Unseen("broker 1", "ClusterAuthorizationException"));
      }
    }
  }

  /** All but the settings of the broker and of one topic, and all of another topic. */
  private static void refuse(KafkaServer server, String halfSeen, String secret) throws Exception {
    ResourcePattern cluster =
        new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
    ResourcePattern half = new ResourcePattern(ResourceType.TOPIC, halfSeen, PatternType.LITERAL);
    ResourcePattern all = new ResourcePattern(ResourceType.TOPIC, secret, PatternType.LITERAL);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
      admin
          .createAcls(
              List.of(
                  acl(cluster, AclOperation.ALL, AclPermissionType.ALLOW),
                  acl(half, AclOperation.DESCRIBE, AclPermissionType.ALLOW),
                  acl(half, AclOperation.DESCRIBE_CONFIGS, AclPermissionType.DENY),
                  acl(all, AclOperation.ALL, AclPermissionType.DENY),
                  acl(cluster, AclOperation.DESCRIBE_CONFIGS, AclPermissionType.DENY)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static AclBinding acl(
      ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        resource, new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }

  @Test
  void aBrokerThatIsAwayOrUnknownIsSaidWithinTheSendLimit() {
    for (String servers : List.of("127.0.0.1:1", "no-such-host.invalid:9092")) {
      long begin = System.nanoTime();
      try (KafkaTransport transport =
          KafkaTransport.of(Map.of("bootstrap.servers", servers), Duration.ofSeconds(3))) {
        SafetyReport report = transport.inspect(new RoutedTopics(List.of("orders")));

        assertThat(report.findings()).isEmpty();
        assertThat(report.unseen()).extracting(Unseen::subject).containsExactly("all");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }
  }

  private SafetyReport inspect(String... topics) {
    return inspect(new RoutedTopics(List.of(topics)));
  }

  private SafetyReport inspect(RoutedTopics topics) {
    try (KafkaTransport transport = transport(broker.server().bootstrapServers())) {
      return transport.inspect(topics);
    }
  }

  /** With settings that only a producer knows. */
  private static KafkaTransport transport(String servers) {
    return KafkaTransport.of(
        Map.of("bootstrap.servers", servers, "acks", "all", "linger.ms", "5"),
        Duration.ofSeconds(30));
  }
}
