package com.example.orders;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Writes the message beside the order. It is sent if, and only if, the order commits. */
@Component
@Profile("!no-outbox")
class OutboxAnnouncer implements Announcer {

  private final Outbox outbox;
  private final String topic;

  OutboxAnnouncer(Outbox outbox, @Value("${orders.topic}") String topic) {
    this.outbox = outbox;
    this.topic = topic;
  }

  @Override
  public void announce(OrderCreated event) {
    outbox.publish(
        OutboxMessage.to(topic)
            .key(event.customer())
            .businessId(event.orderId())
            .payload(event)
            .build());
  }
}
