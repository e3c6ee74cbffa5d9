package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {

  @ParameterizedTest
  @CsvSource({
    "orders/order.created, orders, order.created",
    "/points, '', points",
    "orders/, orders, ''",
    "orders/a/b, orders, a/b",
    "/a/b, '', a/b",
    "Bestellungen Ä/ü, Bestellungen Ä, ü"
  })
  void aTopicIsPartedAtItsFirstSlash(String topic, String exchange, String routingKey) {
    Route route = Route.of(topic);

    assertThat(route).isEqualTo(new Route(exchange, routingKey));
    assertThat(route.topic()).isEqualTo(topic);
  }

  @Test
  void aTopicWithoutSlashIsRefused() {
    assertRefused("orders", "has no slash: write exchange/routing.key, or /queue");
  }

  @Test
  void theDefaultExchangeWithoutQueueIsRefused() {
    assertRefused("/", "names neither exchange nor queue");
  }

  @Test
  void namesAreShortStringsInUtf8() {
    assertThat(Route.of("e".repeat(255) + "/" + "k".repeat(255)).exchange()).hasSize(255);
    assertRefused("e".repeat(256) + "/k", "an exchange of more than 255 bytes");
    assertRefused("e/" + "ü".repeat(128), "a routing key of more than 255 bytes");
  }

  private static void assertRefused(String topic, String why) {
    assertThatThrownBy(() -> Route.of(topic))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContaining("topic")
        .hasMessageContaining(why);
  }
}
