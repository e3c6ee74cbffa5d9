package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.transaction.support.TransactionTemplate;

/** An application that configures its database and Kafka, and nothing of the outbox. */
class SmokeIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void noLineOfConfigurationIsNeededBeyondDataSourceAndKafka() {
    try (ConfigurableApplicationContext app =
        new SpringApplicationBuilder(Shop.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
                "spring.kafka.bootstrap-servers=" + SharedKafka.bootstrapServers(),
                "spring.kafka.consumer.group-id=shop",
                "spring.kafka.consumer.auto-offset-reset=earliest")
            .run()) {
      Shop shop = app.getBean(Shop.class);
      TransactionTemplate transactions = app.getBean(TransactionTemplate.class);
      Outbox outbox = app.getBean(Outbox.class);

      transactions.executeWithoutResult(
          tx -> {
            outbox.publish(OutboxMessage.to("smoke").payload(new Order("rolled back", 1)).build());
            tx.setRollbackOnly();
          });
      transactions.executeWithoutResult(
          tx -> outbox.publish(OutboxMessage.to("smoke").payload(new Order("bread", 2)).build()));

      await().atMost(LIMIT).until(() -> !shop.received.isEmpty());
      assertThat(shop.received).containsExactly("{\"article\":\"bread\",\"count\":2}");
      MeterRegistry meters = app.getBean(MeterRegistry.class);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(meters.get("outbox.sent").counter().count()).isEqualTo(1));
      assertThat(meters.get("outbox.published").counter().count()).isEqualTo(1);
      assertThat(meters.get("outbox.consumed").tag("group", "shop").counter().count()).isEqualTo(1);
      assertThat(app.getBean(HealthEndpoint.class).healthForPath("outbox").getStatus())
          .isEqualTo(Status.UP);
    }
  }

  record Order(String article, int count) {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = RabbitAutoConfiguration.class)
  static class Shop {
    final List<String> received = new CopyOnWriteArrayList<>();

    @Idempotent
    @KafkaListener(topics = "smoke")
    void on(ConsumerRecord<String, String> record) {
      received.add(record.value());
    }
  }
}
