package com.example.orders;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Keeps a trail of the orders' ids elsewhere: the same transaction, but another broker. */
@Component
@ConditionalOnProperty("orders.audit-topic")
class AuditAnnouncer implements Announcer {

  private final Outbox outbox;
  private final String topic;

  AuditAnnouncer(Outbox outbox, @Value("${orders.audit-topic}") String topic) {
    this.outbox = outbox;
    this.topic = topic;
  }

  @Override
  public void announce(OrderCreated event) {
    outbox.publish(
        OutboxMessage.to(topic).businessId(event.orderId()).payload(event.orderId()).build());
  }
}
