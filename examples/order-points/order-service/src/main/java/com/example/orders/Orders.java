package com.example.orders;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Writes orders and announces them, in one transaction. */
@Service
class Orders {

  private final JdbcClient jdbc;
  private final List<Announcer> announcers;

  Orders(JdbcClient jdbc, List<Announcer> announcers) {
    this.jdbc = jdbc;
    this.announcers = announcers;
  }

  /**
   * Places an order.
   *
   * @param declined whether the payment fails, which is found out last
   */
  @Transactional
  public void place(Order order, boolean declined) {
    jdbc.sql("INSERT INTO orders (order_id, customer, cents) VALUES (?, ?, ?)")
        .params(order.id(), order.customer(), order.cents())
        .update();
    OrderCreated event = new OrderCreated(order.id(), order.customer(), order.cents());
    announcers.forEach(announcer -> announcer.announce(event));
    if (declined) {
      throw new PaymentDeclinedException(order.id());
    }
  }

  boolean exists(String id) {
    return jdbc.sql("SELECT COUNT(*) FROM orders WHERE order_id = ?")
            .param(id)
            .query(Long.class)
            .single()
        > 0;
  }

  long count() {
    return jdbc.sql("SELECT COUNT(*) FROM orders").query(Long.class).single();
  }
}
