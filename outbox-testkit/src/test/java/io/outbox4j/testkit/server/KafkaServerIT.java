package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaServerIT {

  private final KafkaServer server = new KafkaServer();
  private String topic;

  @BeforeAll
  void startServer() {
    server.start();
  }

  @AfterAll
  void closeServer() {
    server.close();
    assertThat(server.folder()).doesNotExist();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void acknowledgedRecordsOutliveAKill() throws Exception {
    try (KafkaProducer<String, String> producer = producer(server.bootstrapServers())) {
      sendAll(producer, 0, 100);

      server.kill();
      Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>(topic, "100"));
      assertThat(server.isRunning()).isFalse();
      server.start();

      assertThat(waiting.get(30, TimeUnit.SECONDS).offset()).isEqualTo(100);
    }
    assertThat(receive(101)).isEqualTo(values(101));
  }

  @Test
  void recordsOutliveAStop() throws Exception {
    try (KafkaProducer<String, String> producer = producer(server.bootstrapServers())) {
      sendAll(producer, 0, 3);
    }

    server.stop();
    server.start();

    assertThat(receive(3)).isEqualTo(values(3));
  }

  @Test
  void aFrozenBrokerAcknowledgesWhenItIsThawed() throws Exception {
    try (KafkaProducer<String, String> producer = producer(server.bootstrapServers())) {
      sendAll(producer, 0, 1);
      server.freeze();
      Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>(topic, "1"));
      assertThatThrownBy(() -> waiting.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      server.thaw();

      assertThat(waiting.get(30, TimeUnit.SECONDS).offset()).isEqualTo(1);
    }
  }

  @Test
  void aMissingTopicIsNotCreated() {
    try (KafkaProducer<String, String> producer = producer(server.bootstrapServers())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("nowhere", "1")).get())
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void everyConnectionOfAProxiedClientGoesThroughTheProxy() throws Exception {
    try (KafkaProducer<String, String> producer = producer(server.proxiedBootstrapServers())) {
      sendAll(producer, 0, 1);
      server.proxy().down();
      Future<RecordMetadata> waiting = producer.send(new ProducerRecord<>(topic, "1"));
      assertThatThrownBy(() -> waiting.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      server.proxy().heal();

      assertThat(waiting.get(30, TimeUnit.SECONDS).offset()).isEqualTo(1);
    }
  }

  private KafkaProducer<String, String> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "acks", "all",
            "max.block.ms", "2000",
            // By default the client forgets its topics when it has lost all brokers, and blocks.
            "metadata.recovery.strategy", "none",
            "reconnect.backoff.max.ms", "200"),
        new StringSerializer(),
        new StringSerializer());
  }

  private void sendAll(KafkaProducer<String, String> producer, int from, int to) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sent.add(producer.send(new ProducerRecord<>(topic, "" + i)));
    }
    for (Future<RecordMetadata> one : sent) {
      one.get(20, TimeUnit.SECONDS);
    }
  }

  private List<String> receive(int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", server.bootstrapServers(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static List<String> values(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
