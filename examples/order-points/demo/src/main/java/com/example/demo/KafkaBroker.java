package com.example.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The topic between the services, and how far its only consumer group is. */
final class Topic implements AutoCloseable {

  private static final String NAME = "order-created";
  private static final String GROUP = "points";
  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Admin admin;

  Topic(String bootstrapServers) {
    admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "request.timeout.ms",
                "5000",
                "default.api.timeout.ms",
                "10000"));
  }

  /** Makes the topic, empty: one that is left from an earlier run is deleted first. */
  void create() throws Exception {
    if (get(admin.listTopics().names()).contains(NAME)) {
      get(admin.deleteTopics(List.of(NAME)).all());
    }
    boolean created =
        Wait.until(
            LIMIT,
            Duration.ofMillis(200),
            () -> {
              // Fails as long as the old one is being deleted.
              get(admin.createTopics(List.of(new NewTopic(NAME, PARTITIONS, (short) 1))).all());
              return true;
            });
    if (!created) {
      throw new IllegalStateException("topic " + NAME + " could not be created");
    }
  }

  /** How many messages were sent to it. */
  long messages() throws Exception {
    return ends().values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many of them the points service has not finished with. */
  long lag() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends().entrySet()) {
      OffsetAndMetadata done = committed.get(end.getKey());
      lag += end.getValue() - (done == null ? 0 : done.offset());
    }
    return lag;
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition(NAME, 0), new TopicPartition(NAME, 1), new TopicPartition(NAME, 2));
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return get(admin.listOffsets(latest).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
