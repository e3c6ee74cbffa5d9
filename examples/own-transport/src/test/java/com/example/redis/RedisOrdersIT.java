package com.example.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.OutboxExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** The transport in an application of Spring Boot: a bean is all that it takes. */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
class RedisOrdersIT {

  private static final RedisServer SERVER = new RedisServer();
  private static final Streams STREAMS = new Streams(SERVER.uri());

  @Autowired private Outbox outbox;
  @Autowired private Outbox4j outbox4j;
  @Autowired private TransactionTemplate transaction;
  @Autowired private JdbcTemplate jdbc;

  @RegisterExtension final OutboxExtension drained = OutboxExtension.of(() -> outbox4j);

  @DynamicPropertySource
  static void server(DynamicPropertyRegistry properties) {
    SERVER.start();
    properties.add("shop.redis", () -> SERVER.uri().toURI().toString());
  }

  @AfterAll
  static void end() {
    STREAMS.close();
    SERVER.close();
  }

  @Test
  void anOrderIsInItsStreamOnceItsTransactionHasCommitted() {
    STREAMS.create("orders");

    transaction.executeWithoutResult(
        status -> outbox.publish(OutboxMessage.to("orders").key("ada").payload("o-1").build()));
    drained.drain();

    assertThat(STREAMS.read("orders"))
        .singleElement()
        .satisfies(order -> assertThat(order.payload()).asString().isEqualTo("o-1"));
    assertThat(jdbc.queryForList("SELECT transport FROM message_send", String.class))
        .containsExactly("redis");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Shop {

    // snippet: bean
    @Bean
    Transport redisTransport(@Value("${shop.redis}") String uri) {
      return new RedisStreamsTransport(RedisURI.create(uri), 1 << 20);
    }
    // end
  }
}
