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

  // snippet: ship
  @Transactional
  public void ship(String order) {
    // Locks the order's row: whoever else changes this order waits until this is committed.
    jdbc.update("UPDATE orders SET state = 'shipped' WHERE id = ?", order);
    outbox.publish(OutboxMessage.to("order-shipped").key(order).ordered(true).build());
  }

  // end

  public record Order(String id, String customer) {}
}
