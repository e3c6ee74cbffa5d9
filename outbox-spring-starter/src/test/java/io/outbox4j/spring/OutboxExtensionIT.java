package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.testkit.OutboxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** The test kit's extension, as an application's tests use it. */
@SpringBootTest(
    classes = Application.Everything.class,
    webEnvironment = WebEnvironment.NONE,
    properties = {
      "spring.datasource.generate-unique-name=true",
      "outbox.transports.rabbitmq.enabled=false"
    })
class OutboxExtensionIT {

  @Autowired private Outbox4j outbox4j;
  @Autowired private Outbox messages;
  @Autowired private TransactionTemplate transactions;
  @Autowired private JdbcTemplate database;

  @RegisterExtension final OutboxExtension outbox = OutboxExtension.of(() -> outbox4j);

  @DynamicPropertySource
  static void kafka(DynamicPropertyRegistry properties) {
    properties.add("spring.kafka.bootstrap-servers", SharedKafka::bootstrapServers);
  }

  @BeforeEach
  void emptyTable() {
    database.update("DELETE FROM message_send");
  }

  @Test
  void afterADrainEveryMessageIsSent() {
    publish();

    outbox.drain();

    assertThat(count("status <> 1")).isZero();
    assertThat(count("status = 1")).isPositive();
  }

  @Test
  void whatIsNotSentInTimeFailsTheTest() {
    publish();
    outbox.drain();
    database.update(
        "UPDATE message_send SET status = 0, next_attempt_at = next_attempt_at + INTERVAL '1' DAY");

    assertThatThrownBy(() -> outbox.within(Duration.ofMillis(20)).drain())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Not sent within PT0.02S")
        .hasMessageContaining("unsent=1");

    database.update("UPDATE message_send SET status = 1");
  }

  private void publish() {
    transactions.executeWithoutResult(
        tx -> messages.publish(OutboxMessage.to("extension").payload("x").build()));
  }

  private int count(String condition) {
    Integer count =
        database.queryForObject(
            "SELECT count(*) FROM message_send WHERE " + condition, Integer.class);
    return count == null ? -1 : count;
  }
}
