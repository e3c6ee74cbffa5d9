package io.outbox4j.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.outbox4j.testkit.Arrival;
import io.outbox4j.testkit.server.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Kafka as the tests see it, past the code under test. */
record Broker(KafkaServer server) {

  String createTopic(int partitions, Map<String, String> settings) {
    return createTopic("topic-" + UUID.randomUUID(), partitions, settings);
  }

  String createTopic(String name, int partitions, Map<String, String> settings) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
    administer(
        admin -> {
          admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
          // Made is not served: until each partition is known and led, its end can't be had.
          await()
              .atMost(Duration.ofSeconds(30))
              .ignoreExceptionsMatching(Broker::isNotServedYet)
              .until(() -> admin.listOffsets(ends(name, partitions)).all().get(), Objects::nonNull);
        });
    return name;
  }

  private static boolean isNotServedYet(Throwable failure) {
    return failure instanceof ExecutionException
        && failure.getCause() instanceof InvalidMetadataException;
  }

  private static Map<TopicPartition, OffsetSpec> ends(String topic, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
  }

  void deleteTopic(String name) {
    administer(admin -> admin.deleteTopics(List.of(name)).all().get(30, TimeUnit.SECONDS));
  }

  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            server.bootstrapServers(),
            "fetch.max.bytes",
            32 << 20,
            "max.partition.fetch.bytes",
            32 << 20);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  static Arrival arrival(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      String value = new String(header.value(), UTF_8);
      if (header.key().startsWith("ce_")) {
        attributes.put(header.key().substring(3), value);
      } else if (header.key().equals("content-type")) {
        attributes.put(Arrival.CONTENT_TYPE, value);
      } else {
        headers.put(header.key(), value);
      }
    }
    String key = record.key() == null ? null : new String(record.key(), UTF_8);
    return new Arrival(attributes, key, headers, record.value());
  }

  private void administer(Administration work) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
      work.on(admin);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Administration {
    void on(Admin admin) throws Exception;
  }
}
