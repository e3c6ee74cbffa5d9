package com.example.points;

import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** What many services do: trusts that each message is delivered once. */
@Component
@Profile("no-inbox")
class NaivePointsListener {

  private final Points points;
  private final Work work;

  NaivePointsListener(Points points, Work work) {
    this.points = points;
    this.work = work;
  }

  @KafkaListener(topics = "order-created")
  void on(OrderCreated order) {
    work.run();
    points.add(order);
  }
}
