package io.outbox4j.docs.snippet;

import io.outbox4j.spring.Idempotent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

@Component
class PointsListener {

  private final JdbcTemplate jdbc;

  PointsListener(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  // snippet: add
  @Idempotent
  @KafkaListener(topics = "order-created", groupId = "points")
  public void add(ConsumerRecord<String, String> order) {
    jdbc.update("UPDATE account SET points = points + 10 WHERE customer = ?", order.key());
  }
  // end
}
