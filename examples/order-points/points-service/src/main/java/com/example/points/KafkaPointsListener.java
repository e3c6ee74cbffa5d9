package com.example.points;

import io.outbox4j.spring.Idempotent;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** Gives points once for each order, however often its message is delivered. */
@Component
@Profile("kafka & !no-inbox")
class KafkaPointsListener {

  private final Points points;
  private final Work work;

  KafkaPointsListener(Points points, Work work) {
    this.points = points;
    this.work = work;
  }

  @Idempotent
  @KafkaListener(topics = "order-created")
  void on(OrderCreated order) {
    work.run();
    points.add(order);
  }
}
