package com.example.demo;

import io.outbox4j.testkit.server.KafkaServer;
import io.outbox4j.testkit.server.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Kafka: topics of three partitions. */
final class KafkaBroker implements Broker {

  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final KafkaServer server = new KafkaServer();
  private final Admin admin =
      Admin.create(
          Map.of(
              "bootstrap.servers",
              address(),
              "request.timeout.ms",
              "5000",
              "default.api.timeout.ms",
              "10000"));

  @Override
  public String profile() {
    return BrokerKind.KAFKA.id();
  }

  @Override
  public Server server() {
    return server;
  }

  @Override
  public String address() {
    return server.bootstrapServers();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("SPRING_KAFKA_BOOTSTRAP_SERVERS", address());
  }

  @Override
  public String topic(String name) {
    return name;
  }

  @Override
  public void create(String name) throws Exception {
    if (get(admin.listTopics().names()).contains(name)) {
      get(admin.deleteTopics(List.of(name)).all());
    }
    boolean created =
        Wait.until(
            LIMIT,
            Duration.ofMillis(200),
            () -> {
              // Fails as long as the old one is being deleted.
              get(admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1))).all());
              return true;
            });
    if (!created) {
      throw new IllegalStateException("topic " + name + " could not be created");
    }
  }

  @Override
  public long messages(String name) throws Exception {
    return ends(name).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public long unread() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(READER).partitionsToOffsetAndMetadata());
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends(ORDERS).entrySet()) {
      OffsetAndMetadata done = committed.get(end.getKey());
      lag += end.getValue() - (done == null ? 0 : done.offset());
    }
    return lag;
  }

  @Override
  public List<String> texts(String name) throws Exception {
    Map<TopicPartition, Long> ends = ends(name);
    long messages = messages(name);
    List<String> texts = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      boolean complete =
          Wait.until(
              LIMIT,
              Duration.ZERO,
              () -> {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> texts.add(record.value()));
                return texts.size() >= messages;
              });
      if (!complete) {
        throw new IllegalStateException(
            "topic %s: read only %d of %d messages".formatted(name, texts.size(), messages));
      }
    }
    return texts;
  }

  private Map<TopicPartition, Long> ends(String name) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(name, partition))
            .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return get(admin.listOffsets(latest).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private static <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
    server.close();
  }
}
