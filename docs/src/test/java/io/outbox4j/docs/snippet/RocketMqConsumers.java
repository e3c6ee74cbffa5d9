package io.outbox4j.docs.snippet;

import io.outbox4j.Inbox;
import io.outbox4j.rocketmq.RocketMqMessages;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.common.message.MessageExt;
import org.springframework.jdbc.core.JdbcTemplate;

/** Consumers with RocketMQ's own client. */
public final class RocketMqConsumers {

  private final Inbox inbox;
  private final JdbcTemplate jdbc;

  public RocketMqConsumers(Inbox inbox, JdbcTemplate jdbc) {
    this.inbox = inbox;
    this.jdbc = jdbc;
  }

  // snippet: once
  private void once(MessageExt raw) {
    inbox.process(RocketMqMessages.received("points", raw), message -> add(raw));
  }

  // end

  // snippet: concurrently
  void consumeConcurrently(DefaultMQPushConsumer consumer) {
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              messages.forEach(this::once);
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
  }

  // end

  // snippet: orderly
  void consumeInOrder(DefaultMQPushConsumer consumer) {
    consumer.registerMessageListener(
        (MessageListenerOrderly)
            (messages, context) -> {
              messages.forEach(this::once);
              return ConsumeOrderlyStatus.SUCCESS;
            });
  }

  // end

  // snippet: pull
  void pull(DefaultLitePullConsumer consumer) {
    consumer.setAutoCommit(false);
    while (consumer.isRunning()) {
      consumer.poll().forEach(this::once);
      consumer.commit();
    }
  }

  // end

  private void add(MessageExt order) {
    jdbc.update(
        "UPDATE account SET points = points + 10 WHERE customer = ?", RocketMqMessages.key(order));
  }
}
