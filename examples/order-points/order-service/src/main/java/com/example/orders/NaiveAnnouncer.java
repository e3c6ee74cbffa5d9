package com.example.orders;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What many services do: sends at once, before the commit. A rollback comes too late, and what the
 * client still holds in memory dies with the process.
 */
@Component
@Profile("no-outbox")
class NaiveAnnouncer implements Announcer {

  private final KafkaTemplate<String, String> kafka;
  private final JsonMapper json;
  private final String topic;

  NaiveAnnouncer(
      KafkaTemplate<String, String> kafka,
      JsonMapper json,
      @Value("${orders.topic}") String topic) {
    this.kafka = kafka;
    this.json = json;
    this.topic = topic;
  }

  @Override
  public void announce(OrderCreated event) {
    kafka.send(topic, event.customer(), json.writeValueAsString(event));
  }
}
