package com.example.points;

import io.outbox4j.spring.Idempotent;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The same as {@link KafkaPointsListener}; a service needs one of them. */
@Component
@Profile("rabbitmq")
class RabbitPointsListener {

  private final Points points;
  private final Work work;

  RabbitPointsListener(Points points, Work work) {
    this.points = points;
    this.work = work;
  }

  @Idempotent
  @RabbitListener(
      bindings =
          @QueueBinding(
              value = @Queue("points"),
              exchange = @Exchange("orders"),
              key = "order-created"))
  void on(OrderCreated order) {
    work.run();
    points.add(order);
  }
}
