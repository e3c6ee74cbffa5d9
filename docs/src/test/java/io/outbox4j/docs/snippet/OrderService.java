package io.outbox4j.docs.snippet;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The README's publisher. */
@Service
public class OrderService {

  private final JdbcTemplate jdbc;
  private final Outbox outbox;

  public OrderService(JdbcTemplate jdbc, Outbox outbox) {
    this.jdbc = jdbc;
    this.outbox = outbox;
  }

  // snippet: place
  @Transactional
  public void place(Order order) {
    jdbc.update("INSERT INTO orders (id, customer) VALUES (?, ?)", order.id(), order.customer());
    outbox.publish(OutboxMessage.to("order-created").key(order.customer()).payload(order).build());
  }

  // end

  public record Order(String id, String customer) {}
}
