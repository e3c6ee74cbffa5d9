package io.outbox4j.docs.snippet;

import io.outbox4j.spring.Idempotent;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
class RabbitPointsListener {

  private final JdbcTemplate jdbc;

  RabbitPointsListener(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  // snippet: add
  @Idempotent
  @RabbitListener(queues = "points")
  public void add(String customer) {
    jdbc.update("UPDATE account SET points = points + 10 WHERE customer = ?", customer);
  }
  // end
}
