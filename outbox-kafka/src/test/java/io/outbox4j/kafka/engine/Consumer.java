package io.outbox4j.kafka.engine;

import io.outbox4j.Inbox;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.kafka.KafkaMessages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A plain Kafka client's loop around the inbox: offsets are committed after the transactions. */
record Consumer(String bootstrapServers, String topic, Inbox inbox) {

  static final String GROUP = "points";

  /** What is told of each record. */
  interface Observer {
    void outcome(ConsumerRecord<byte[], byte[]> record, Outcome outcome);
  }

  void run(Inbox.Handler<RuntimeException> handler, Observer observer, BooleanSupplier goOn) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "group.id", GROUP,
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            // A member that was killed makes the group wait no longer than that.
            "session.timeout.ms", "6000");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (goOn.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          observer.outcome(record, inbox.process(KafkaMessages.received(GROUP, record), handler));
        }
        consumer.commitSync();
      }
    }
  }
}
