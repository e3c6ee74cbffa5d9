package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import io.outbox4j.testkit.server.RocketMqServer;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is seen of a real broker, which flushes and has no slave. */
final class InspectionIT {

  private final Broker broker = new Broker(SharedServers.rocketMq());
  private final String missing = "missing-" + UUID.randomUUID();

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void theBrokerOfATopicIsLookedAtOnce() {
    String topic = broker.createTopic(1);
    String other = broker.createTopic(1);

    SafetyReport report = inspect(broker, topic + ":created", topic + ":paid", other);

    assertThat(report.unseen()).isEmpty();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("broker");
              assertThat(finding.problem()).startsWith("brokerRole is ASYNC_MASTER");
              assertThat(finding.manual()).asString().contains("apache/rocketmq");
            });
  }

  @Test
  void allBrokersAreLookedAtWhereTopicsAreNotNamed() {
    for (List<String> patterns : List.of(List.<String>of(), List.of("*"), List.of("orders*"))) {
      assertThat(inspect(broker, patterns.toArray(String[]::new)).findings())
          .extracting(Finding::subject)
          .containsExactly("broker");
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    SafetyReport report = inspect(broker, missing, "no topic");

    assertThat(report.findings()).isEmpty();
    assertThat(report.unseen())
        .containsExactlyInAnyOrder(
            new Unseen(missing, "it is not there"),
            new Unseen("no topic", "it is no topic of RocketMQ"));
  }

  @Test
  void aBrokerWithItsOwnDefaultsFlushesLater() {
    try (RocketMqServer server = new RocketMqServer(Map.of("flushDiskType", "ASYNC_FLUSH"))) {
      server.start();
      Broker lazy = new Broker(server);
      String topic = lazy.createTopic(1);
      assertThat(inspect(lazy, topic).findings())
          .extracting(finding -> finding.problem().split(":")[0].split(",")[0])
          .containsExactly("brokerRole is ASYNC_MASTER", "flushDiskType is ASYNC_FLUSH");

      lazy.configure(Map.of("brokerRole", "SYNC_MASTER"));
      assertThat(inspect(lazy, topic).findings().get(0).problem())
          .startsWith("inSyncReplicas is 1");

      lazy.configure(Map.of("inSyncReplicas", "2"));
      assertThat(inspect(lazy, topic)).isEqualTo(SafetyReport.EMPTY);
      lazy.close();
    }
  }

  @Test
  void aNameServerThatIsAwayIsSaid() {
    try (RocketMqTransport transport =
        RocketMqTransport.of(
            () -> {
              DefaultMQProducer producer = new DefaultMQProducer("safety-" + UUID.randomUUID());
              producer.setNamesrvAddr("127.0.0.1:1");
              return producer;
            },
            Duration.ofSeconds(3))) {
      SafetyReport report = transport.inspect(new RoutedTopics(List.of("orders")));

      assertThat(report.findings()).isEmpty();
      assertThat(report.unseen()).extracting(Unseen::subject).containsExactly("all");
    }
  }

  private static SafetyReport inspect(Broker broker, String... topics) {
    try (RocketMqTransport transport = RocketMqTransport.of(broker::producer)) {
      return transport.inspect(new RoutedTopics(List.of(topics)));
    }
  }
}
