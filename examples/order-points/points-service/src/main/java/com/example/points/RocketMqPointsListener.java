package com.example.points;

import io.outbox4j.spring.Idempotent;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQPushConsumerLifecycleListener;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The same as {@link KafkaPointsListener}; a service needs one of them. */
@Component
@Profile("rocketmq")
@Idempotent
@RocketMQMessageListener(
    topic = "order_created",
    consumerGroup = "points",
    // What fails comes again after one second, not ten.
    delayLevelWhenNextConsume = 1)
class RocketMqPointsListener
    implements RocketMQListener<OrderCreated>, RocketMQPushConsumerLifecycleListener {

  private final Points points;
  private final Work work;

  RocketMqPointsListener(Points points, Work work) {
    this.points = points;
    this.work = work;
  }

  /** A new group begins with what is there already, not with what comes next. */
  @Override
  public void prepareStart(DefaultMQPushConsumer consumer) {
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
  }

  @Override
  public void onMessage(OrderCreated order) {
    work.run();
    points.add(order);
  }
}
