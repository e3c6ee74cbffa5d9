package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class RoutesTest {

  private final Map<String, Transport> two =
      Map.of("kafka", new Unused(), "rabbitmq", new Unused());

  @Test
  void theOnlyTransportNeedsNoRoute() {
    Routes routes = new Routes(Map.of("kafka", new Unused()), Map.of());

    assertThat(routes.of(OutboxMessage.to("any").build())).isEqualTo("kafka");
    assertThat(routes.areMissing()).isFalse();
  }

  @Test
  void aMessageThatNamesItsTransportIsNotRouted() {
    Routes routes = new Routes(two, Map.of("*", "kafka"));

    assertThat(routes.of(OutboxMessage.to("t").transport("rabbitmq").build()))
        .isEqualTo("rabbitmq");
  }

  @Test
  void thePatternThatPrescribesMostCounts() {
    Map<String, String> inAnyOrder = new LinkedHashMap<>();
    inAnyOrder.put("*", "a");
    inAnyOrder.put("orders.*", "b");
    inAnyOrder.put("orders.*.created.*", "c");
    inAnyOrder.put("orders.eu", "d");
    Routes routes =
        new Routes(
            Map.of("a", new Unused(), "b", new Unused(), "c", new Unused(), "d", new Unused()),
            inAnyOrder);

    assertThat(routes.of(OutboxMessage.to("points").build())).isEqualTo("a");
    assertThat(routes.of(OutboxMessage.to("orders.us").build())).isEqualTo("b");
    assertThat(routes.of(OutboxMessage.to("orders.us.created.v1").build())).isEqualTo("c");
    assertThat(routes.of(OutboxMessage.to("orders.eu").build())).as("a whole topic").isEqualTo("d");
    assertThat(routes.of(OutboxMessage.to("Orders.eu").build())).as("case counts").isEqualTo("a");
  }

  @Test
  void aMessageWithoutRouteIsRefused() {
    Routes routes = new Routes(two, Map.of("orders", "kafka"));

    assertThat(routes.areMissing()).isFalse();
    assertThatThrownBy(() -> routes.of(OutboxMessage.to("points").build()))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContainingAll("transport", "'points'", "kafka", "rabbitmq");
  }

  @Test
  void severalTransportsWithoutAnyRouteAreNoticed() {
    assertThat(new Routes(two, Map.of()).areMissing()).isTrue();
  }

  @Test
  void aRouteToNowhereIsRefused() {
    assertThatThrownBy(() -> new Routes(two, Map.of("orders", "pigeon")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'orders'", "'pigeon'", "kafka", "rabbitmq");
  }

  private static final class Unused implements Transport {

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(1);
    }
  }
}
