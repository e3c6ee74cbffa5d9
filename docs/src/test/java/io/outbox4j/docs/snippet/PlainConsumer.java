package io.outbox4j.docs.snippet;

import io.outbox4j.Inbox;
import io.outbox4j.kafka.KafkaMessages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.jdbc.core.JdbcTemplate;

/** A consumer without Spring's listeners. */
public final class PlainConsumer {

  private final Inbox inbox;
  private final JdbcTemplate jdbc;

  public PlainConsumer(Inbox inbox, JdbcTemplate jdbc) {
    this.inbox = inbox;
    this.jdbc = jdbc;
  }

  // snippet: consume
  void consume(Map<String, Object> config, String topic) {
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          inbox.process(KafkaMessages.received("points", record), message -> add(record.key()));
        }
        consumer.commitSync();
      }
    }
  }

  // end

  private void add(String customer) {
    jdbc.update("UPDATE account SET points = points + 10 WHERE customer = ?", customer);
  }
}
