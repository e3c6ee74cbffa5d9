package io.outbox4j.docs.snippet;

import io.outbox4j.Inbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.rocketmq.RocketMqMessages;
import io.outbox4j.rocketmq.RocketMqTransport;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.springframework.jdbc.core.JdbcTemplate;

/** Both sides of RocketMQ. */
public final class RocketMqShop {

  private final Inbox inbox;
  private final JdbcTemplate jdbc;

  public RocketMqShop(Inbox inbox, JdbcTemplate jdbc) {
    this.inbox = inbox;
    this.jdbc = jdbc;
  }

  // snippet: transport
  RocketMqTransport transport() {
    return RocketMqTransport.of(
        () -> {
          var producer = new DefaultMQProducer("orders");
          producer.setNamesrvAddr("localhost:9876");
          return producer;
        });
  }

  // end

  OutboxMessage message() {
    // snippet: message
    return OutboxMessage.to("order:created").key("customer-7").businessId("o-1").build();
    // end
  }

  // snippet: consume
  DefaultMQPushConsumer consume() throws MQClientException {
    var consumer = new DefaultMQPushConsumer("points");
    consumer.setNamesrvAddr("localhost:9876");
    consumer.subscribe("order", "created");
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              messages.forEach(this::once);
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
    consumer.start();
    return consumer;
  }

  private void once(MessageExt raw) {
    inbox.process(RocketMqMessages.received("points", raw), message -> add(raw));
  }

  // end

  private void add(MessageExt order) {
    jdbc.update(
        "UPDATE account SET points = points + 10 WHERE customer = ?", RocketMqMessages.key(order));
  }
}
