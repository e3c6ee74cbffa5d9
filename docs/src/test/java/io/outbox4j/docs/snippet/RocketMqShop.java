package io.outbox4j.docs.snippet;

import io.outbox4j.OutboxMessage;
import io.outbox4j.rocketmq.RocketMqTransport;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** The sending side of RocketMQ. */
final class RocketMqShop {

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
}
