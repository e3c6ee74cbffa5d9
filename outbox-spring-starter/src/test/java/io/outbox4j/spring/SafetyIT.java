package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application that refuses to start on a Kafka that could lose what it accepted. */
class SafetyIT {

  private final String topic = "safety-" + UUID.randomUUID();

  @Test
  void failRefusesATopicOfOneReplica() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }

    assertThatThrownBy(() -> run("fail"))
        .rootCause()
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .startsWith("outbox.safety is fail, and transport 'kafka': one replica")
                    .contains("[" + topic + "]", "min.insync.replicas=2", "https://kafka.apache"));
    run("warn").close();
  }

  private ConfigurableApplicationContext run(String safety) {
    return new SpringApplicationBuilder(Shop.class)
        .web(WebApplicationType.NONE)
        .properties(
            "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
            "spring.kafka.bootstrap-servers=" + SharedKafka.bootstrapServers(),
            "outbox.transports.kafka.topics=" + topic,
            "outbox.safety=" + safety)
        .run();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = RabbitAutoConfiguration.class)
  static class Shop {}
}
