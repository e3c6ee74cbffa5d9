package io.outbox4j.docs.snippet;

import io.outbox4j.OutboxMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.kafka.KafkaTransport;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A program without Spring Boot. */
public final class PlainMain {

  private PlainMain() {}

  // snippet: main
  public static void main(String[] args) {
    DataSource dataSource =
        JdbcConnectionPool.create("jdbc:h2:./data/shop;WRITE_DELAY=0", "sa", "");
    var transactions = new JdbcTransactionManager(dataSource);
    var kafka = KafkaTransport.of(Map.of("bootstrap.servers", "localhost:9092"));
    try (Outbox4j outbox4j =
        Outbox4j.builder(dataSource, transactions)
            .application("orders")
            .transport("kafka", kafka)
            .build()) {
      outbox4j.start();
      new TransactionTemplate(transactions)
          .executeWithoutResult(
              transaction -> {
                new JdbcTemplate(dataSource).update("INSERT INTO orders (id) VALUES ('o-1')");
                outbox4j.outbox().publish(OutboxMessage.to("order-created").key("o-1").build());
              });
      outbox4j.drain(Duration.ofSeconds(30));
    }
  }
  // end
}
