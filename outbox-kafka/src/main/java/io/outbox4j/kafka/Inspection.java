package io.outbox4j.kafka;

import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster, by an admin client that is made for it and closed again: at the topics
 * that are known, else at what the brokers give to a topic that is made without saying more.
 */
final class Inspection implements AutoCloseable {

  private static final String FACTOR = "default.replication.factor";
  private static final String LEAST_IN_SYNC = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";

  private static final String MANUAL = "https://kafka.apache.org/42/configuration/";
  private static final URI REPLICAS_PAGE =
      URI.create("https://kafka.apache.org/42/design/design/#replication");
  private static final URI FACTOR_PAGE = manual("broker-configs/#brokerconfigs_" + FACTOR);
  private static final URI IN_SYNC_PAGE = manual("topic-configs/#topicconfigs_" + LEAST_IN_SYNC);
  private static final URI UNCLEAN_PAGE = manual("topic-configs/#topicconfigs_" + UNCLEAN);

  private final Admin admin;
  private final long end;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Unseen> unseen = new ArrayList<>();

  private Inspection(Admin admin, Duration limit) {
    this.admin = admin;
    this.end = System.nanoTime() + limit.toNanos();
  }

  /**
   * Looks.
   *
   * @param config the producer's
   */
  static SafetyReport of(Map<String, Object> config, RoutedTopics topics, Duration limit) {
    try (Inspection inspection = new Inspection(Admin.create(adminConfig(config, limit)), limit)) {
      inspection.look(topics);
      return new SafetyReport(inspection.findings, inspection.unseen);
    } catch (TimeoutException e) {
      return SafetyReport.unseen("all", "the cluster does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SafetyReport.unseen("all", "interrupted");
    } catch (ExecutionException | KafkaException e) {
      return SafetyReport.unseen("all", name(e));
    }
  }

  /** What both clients know, and what only a class knows that the user plugged in. */
  private static Map<String, Object> adminConfig(Map<String, Object> producer, Duration limit) {
    Map<String, Object> config = new HashMap<>(producer);
    config.keySet().removeAll(ProducerConfig.configNames());
    producer.forEach(
        (name, value) -> {
          if (AdminClientConfig.configNames().contains(name)) {
            config.put(name, value);
          }
        });
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
    return config;
  }

  private void look(RoutedTopics topics)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> names = new LinkedHashSet<>(topics.names());
    if (!topics.families().isEmpty()) {
      Set<String> listed = get(admin.listTopics().names());
      for (String family : topics.families()) {
        List<String> members =
            listed.stream().filter(topic -> RoutedTopics.fits(family, topic)).sorted().toList();
        if (members.isEmpty()) {
          unseen.add(new Unseen(family, "no topic fits"));
        }
        names.addAll(members);
      }
    }
    if (!names.isEmpty()) {
      lookAtTopics(names);
    }
    if (topics.areOpen()) {
      lookAtBrokers();
    }
  }

  private void lookAtTopics(Set<String> names) throws InterruptedException, TimeoutException {
    Map<String, Integer> factors = new LinkedHashMap<>();
    Map<String, KafkaFuture<TopicDescription>> topics =
        admin.describeTopics(names).topicNameValues();
    for (String name : names) {
      TopicDescription topic = see(name, topics.get(name));
      if (topic != null) {
        factors.put(
            name, topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0));
      }
    }
    Map<String, Config> configs = configs(ConfigResource.Type.TOPIC, factors.keySet());
    factors.forEach((topic, factor) -> findings.addAll(ofTopic(topic, factor, configs.get(topic))));
  }

  private void lookAtBrokers() throws InterruptedException, ExecutionException, TimeoutException {
    List<String> ids =
        get(admin.describeCluster().nodes()).stream()
            .map(node -> node.idString())
            .sorted()
            .toList();
    configs(ConfigResource.Type.BROKER, ids)
        .forEach((id, config) -> findings.addAll(ofBroker("broker " + id, config)));
  }

  /** What is wrong with a topic whose smallest partition has so many replicas. */
  static List<Finding> ofTopic(String topic, int factor, @Nullable Config config) {
    List<Finding> findings = new ArrayList<>();
    if (factor == 1) {
      findings.add(
          new Finding(
              topic,
              "one replica, so that what is acknowledged is lost with one disk",
              "give the topic 3 replicas, and set min.insync.replicas=2",
              REPLICAS_PAGE));
    } else if (is(config, LEAST_IN_SYNC, "1")) {
      findings.add(acknowledgedByOne(topic));
    }
    if (is(config, UNCLEAN, "true")) {
      findings.add(uncleanElection(topic));
    }
    return findings;
  }

  /** What is wrong with what a broker gives to topics. */
  static List<Finding> ofBroker(String broker, Config config) {
    List<Finding> findings = new ArrayList<>();
    if (is(config, FACTOR, "1")) {
      findings.add(
          new Finding(
              broker,
              "default.replication.factor is 1: a topic that is made without saying more has one"
                  + " replica, and what is acknowledged is lost with one disk",
              "set it to 3, and min.insync.replicas=2; or name the topics in"
                  + " outbox.transports.<name>.topics, to have those looked at",
              FACTOR_PAGE));
    } else if (is(config, LEAST_IN_SYNC, "1")) {
      findings.add(acknowledgedByOne(broker));
    }
    if (is(config, UNCLEAN, "true")) {
      findings.add(uncleanElection(broker));
    }
    return findings;
  }

  private static Finding acknowledgedByOne(String subject) {
    return new Finding(
        subject,
        "min.insync.replicas is 1: while the other replicas are behind, acks=all is the"
            + " acknowledgement of one",
        "set it to 2",
        IN_SYNC_PAGE);
  }

  private static Finding uncleanElection(String subject) {
    return new Finding(
        subject,
        "unclean.leader.election.enable is true: a replica that was behind may become the leader,"
            + " and what it lacks is lost",
        "set it to false",
        UNCLEAN_PAGE);
  }

  /** The settings of those that show them, in the order given. */
  private Map<String, Config> configs(ConfigResource.Type type, Collection<String> names)
      throws InterruptedException, TimeoutException {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(type, name)).toList();
    Map<ConfigResource, KafkaFuture<Config>> answers = admin.describeConfigs(resources).values();
    Map<String, Config> configs = new LinkedHashMap<>();
    for (ConfigResource resource : resources) {
      String subject =
          type == ConfigResource.Type.TOPIC ? resource.name() : "broker " + resource.name();
      Config config = see(subject, answers.get(resource));
      if (config != null) {
        configs.put(resource.name(), config);
      }
    }
    return configs;
  }

  /** One of several answers: a refusal of it says nothing about the others. */
  private <T> @Nullable T see(String subject, @Nullable KafkaFuture<T> answer)
      throws InterruptedException, TimeoutException {
    if (answer == null) {
      return null;
    }
    try {
      return get(answer);
    } catch (ExecutionException e) {
      boolean missing = e.getCause() instanceof UnknownTopicOrPartitionException;
      unseen.add(new Unseen(subject, missing ? "it is not there" : name(e)));
      return null;
    }
  }

  private <T> T get(KafkaFuture<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw new TimeoutException();
      }
      throw e;
    }
  }

  private static boolean is(@Nullable Config config, String name, String value) {
    ConfigEntry entry = config == null ? null : config.get(name);
    return entry != null && value.equals(entry.value());
  }

  private static String name(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }

  private static URI manual(String page) {
    return URI.create(MANUAL + page);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
