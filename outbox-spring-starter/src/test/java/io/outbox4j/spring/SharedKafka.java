package io.outbox4j.spring;

import java.util.Map;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** One broker in this process for all tests; each takes topics and groups of its own. */
public final class SharedKafka {

  private static final EmbeddedKafkaKraftBroker BROKER = start();

  private SharedKafka() {}

  /** Where it listens. */
  public static String bootstrapServers() {
    return BROKER.getBrokersAsString();
  }

  private static EmbeddedKafkaKraftBroker start() {
    EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    broker.brokerProperties(
        Map.of(
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "group.initial.rebalance.delay.ms", "0"));
    broker.afterPropertiesSet();
    Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy, "stop-kafka"));
    return broker;
  }
}
