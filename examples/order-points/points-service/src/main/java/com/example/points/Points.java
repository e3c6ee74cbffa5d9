package com.example.points;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The points of all customers, as a list of entries. */
@Service
class Points {

  private final JdbcClient jdbc;

  Points(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds points, in the transaction that runs or in one of its own. */
  @Transactional
  public void add(OrderCreated order) {
    jdbc.sql("INSERT INTO points (entry_id, order_id, customer, points) VALUES (?, ?, ?, ?)")
        .params(UUID.randomUUID().toString(), order.orderId(), order.customer(), order.points())
        .update();
  }

  long of(String customer) {
    return jdbc.sql("SELECT COALESCE(SUM(points), 0) FROM points WHERE customer = ?")
        .param(customer)
        .query(Long.class)
        .single();
  }
}
