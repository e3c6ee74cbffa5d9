package io.outbox4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.HeadPolicy;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spring.kafka.KafkaTransportAutoConfiguration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code outbox.topics.*}: which messages are ordered, and what a dead one does. */
class OrderedTopicsTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  TransactionAutoConfiguration.class,
                  JdbcTemplateAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  OutboxAutoConfiguration.class,
                  KafkaTransportAutoConfiguration.class))
          .withPropertyValues(
              "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
              "spring.kafka.bootstrap-servers=127.0.0.1:1",
              "outbox.safety=off",
              "outbox.send.shutdown-limit=100ms",
              "outbox.topics[orders.*].ordered=true",
              "outbox.topics[orders.*].head-policy=drop-key",
              "outbox.topics.audit.head-policy=pass");

  @Test
  void aTopicsMessagesOfOneKeyStandInOneLine() {
    runner.run(
        context -> {
          String one = line(context, OutboxMessage.to("orders.eu").key("1").build());
          String two = line(context, OutboxMessage.to("orders.eu").key("1").build());
          String other = line(context, OutboxMessage.to("orders.eu").key("2").build());
          String elsewhere = line(context, OutboxMessage.to("orders.us").key("1").build());

          assertThat(one).isNotNull().isEqualTo(two).isNotEqualTo(other).isNotEqualTo(elsewhere);
          assertThat(policies(context)).containsOnly(HeadPolicy.DROP_KEY.ordinal());
        });
  }

  @Test
  void otherTopicsAreNotOrderedUnlessTheMessageSaysSo() {
    runner.run(
        context -> {
          assertThat(line(context, OutboxMessage.to("audit").key("1").build())).isNull();
          assertThat(line(context, OutboxMessage.to("audit").key("1").ordered(true).build()))
              .isNotNull();
          assertThat(policies(context)).contains(HeadPolicy.PASS.ordinal());
        });
  }

  @Test
  void aMessageKnowsBetterThanItsTopic() {
    runner.run(
        context -> {
          assertThat(line(context, OutboxMessage.to("orders.eu").ordered(false).build())).isNull();
          String named = line(context, OutboxMessage.to("orders.eu").line("customer 7").build());
          assertThat(line(context, OutboxMessage.to("audit").line("customer 7").build()))
              .isNotNull()
              .isEqualTo(named);
          OutboxMessage blocks =
              OutboxMessage.to("orders.eu").key("1").headPolicy(HeadPolicy.BLOCK).build();
          assertThat(line(context, blocks)).isNotNull();
          assertThat(policies(context)).contains(HeadPolicy.BLOCK.ordinal());
        });
  }

  @Test
  void anOrderedMessageWithoutAKeyIsRefused() {
    runner.run(
        context ->
            assertThatThrownBy(() -> line(context, OutboxMessage.to("orders.eu").build()))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContainingAll("key", "orders.eu", "ordered(false)"));
  }

  private static String line(AssertableApplicationContext context, OutboxMessage message) {
    UUID id =
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
            .execute(status -> context.getBean(Outbox.class).publish(message));
    return context
        .getBean(JdbcTemplate.class)
        .queryForObject(
            "SELECT order_key FROM message_send WHERE message_id = ?", String.class, id);
  }

  private static List<Integer> policies(AssertableApplicationContext context) {
    return context
        .getBean(JdbcTemplate.class)
        .queryForList(
            "SELECT head_policy FROM message_send WHERE order_key IS NOT NULL", Integer.class);
  }
}
