package io.outbox4j.kafka.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outbox4j.testkit.server.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic of a test's own, read by a plain consumer. */
record Topic(KafkaServer kafka, String name) {

  /** A name; the topic is not there yet. */
  static Topic missing(KafkaServer kafka) {
    return new Topic(kafka, "engine-" + UUID.randomUUID());
  }

  static Topic create(KafkaServer kafka) {
    return create(kafka, Map.of());
  }

  static Topic create(KafkaServer kafka, Map<String, String> settings) {
    Topic topic = missing(kafka);
    topic.create(settings);
    return topic;
  }

  static Topic create(KafkaServer kafka, int partitions) {
    Topic topic = missing(kafka);
    topic.create(partitions, Map.of());
    return topic;
  }

  void create(Map<String, String> settings) {
    create(2, settings);
  }

  private void create(int partitions, Map<String, String> settings) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot create " + name, e);
    }
  }

  /** All that is in it now. */
  List<ConsumerRecord<byte[], byte[]>> records() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "fetch.max.bytes",
            32 << 20,
            "max.partition.fetch.bytes",
            32 << 20,
            "max.poll.records",
            10_000);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name).stream()
              .map(partition -> new TopicPartition(name, partition.partition()))
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

  /** The business ids of all that is in it now, as often as they are there. */
  List<String> businessIds() {
    return records().stream().map(record -> header(record, "ce_subject")).toList();
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
