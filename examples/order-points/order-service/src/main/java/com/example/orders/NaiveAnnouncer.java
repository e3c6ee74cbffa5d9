package com.example.orders;

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

  NaiveAnnouncer(KafkaTemplate<String, String> kafka, JsonMapper json) {
    this.kafka = kafka;
    this.json = json;
  }

  @Override
  public void announce(OrderCreated event) {
    kafka.send(TOPIC, event.customer(), json.writeValueAsString(event));
  }
}
