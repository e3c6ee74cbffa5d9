package io.outbox4j.docs.snippet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.docs.snippet.OrderService.Order;
import io.outbox4j.testkit.OutboxExtension;
import io.outbox4j.testkit.server.SharedServers;
import java.time.Duration;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;
import org.springframework.transaction.annotation.Transactional;

@SpringBootTest(
    webEnvironment = WebEnvironment.NONE,
    properties = "spring.kafka.consumer.auto-offset-reset=earliest")
@Sql(
    executionPhase = ExecutionPhase.BEFORE_TEST_CLASS,
    statements = {
      "CREATE TABLE orders (id VARCHAR(36) PRIMARY KEY, customer VARCHAR(50), state VARCHAR(10),"
          + " reminder VARCHAR(36), paid BOOLEAN, reminded BOOLEAN)",
      "CREATE TABLE account (customer VARCHAR(50) PRIMARY KEY, points INT)",
      "INSERT INTO account VALUES ('ada', 0), ('grace', 0)"
    })
class OrderServiceIT {

  // snippet: test
  @Autowired private OrderService orders;
  @Autowired private JdbcTemplate jdbc;
  @Autowired private Outbox4j outbox4j;

  @RegisterExtension final OutboxExtension outbox = OutboxExtension.of(() -> outbox4j);

  @DynamicPropertySource
  static void broker(DynamicPropertyRegistry properties) {
    properties.add(
        "spring.kafka.bootstrap-servers", () -> SharedServers.kafka().bootstrapServers());
  }

  @Test
  void anOrderIsTold() {
    orders.place(new Order("o-1", "ada"));

    outbox.drain();

    String status = "SELECT status FROM message_send WHERE message_key = 'ada'";
    assertThat(jdbc.queryForList(status, Integer.class)).containsExactly(1);
  }

  @Test
  void anOrderGivesPoints() {
    orders.place(new Order("o-2", "grace"));

    String points = "SELECT points FROM account WHERE customer = 'grace'";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jdbc.queryForObject(points, Integer.class) == 10);
  }

  // end

  @Test
  void whatBecomesOfAnOrderIsToldInOrder() {
    orders.place(new Order("o-4", "barbara"));
    orders.ship("o-4");
    orders.ship("o-4");

    outbox.drain();

    String places =
        "SELECT place FROM message_send WHERE message_key = 'o-4' AND status = 1 ORDER BY seq";
    assertThat(jdbc.queryForList(places, String.class)).hasSize(2).isSorted();
  }

  @Test
  void whatIsNoLongerNeededIsNeverSent(@Autowired Reminders reminders) {
    orders.place(new Order("o-5", "alan"));
    reminders.remind("o-5");

    reminders.paid("o-5");

    outbox.drain();
    assertThat(jdbc.queryForObject("SELECT reminded FROM orders WHERE id = 'o-5'", Boolean.class))
        .isFalse();
    assertThat(
            jdbc.queryForObject(
                "SELECT status FROM message_send WHERE message_key = 'o-5'", Integer.class))
        .isEqualTo(3);
  }

  /** What the page warns of. */
  @Test
  @Transactional
  void ofATransactionThatDoesNotCommitADrainSeesNothing() {
    orders.place(new Order("o-3", "edsger"));

    outbox.drain();

    String told = "SELECT count(*) FROM message_send WHERE message_key = 'edsger'";
    assertThat(jdbc.queryForObject(told, Integer.class)).isZero();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({OrderService.class, PointsListener.class, Reminders.class})
  static class Shop {

    @Bean
    NewTopic orderCreated() {
      return new NewTopic("order-created", 1, (short) 1);
    }

    @Bean
    NewTopic orderShipped() {
      return new NewTopic("order-shipped", 1, (short) 1);
    }
  }
}
