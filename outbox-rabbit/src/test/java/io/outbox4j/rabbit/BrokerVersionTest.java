package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.impl.LongStringHelper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerVersionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3.8.0",
        "3.8.0-rc.1",
        "3.10.8",
        "3.13.7.1",
        "3.13",
        "4.0.0+beta",
        "4.2.1",
        "10.0"
      })
  void rabbitMqRefusesUnknownQueueTypesSince38(String version) {
    assertThat(refuses("RabbitMQ", version)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.7.28", "3.0.0", "2.9.1", "3", "38", "", "unknown", "v3.10"})
  void noOtherVersionIsTrusted(String version) {
    assertThat(refuses("RabbitMQ", version)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LavinMQ", "qpid", "rabbitmq", ""})
  void noOtherProductIsTrusted(String product) {
    assertThat(refuses(product, "4.0.0")).isFalse();
  }

  @Test
  void aBrokerThatSaysNothingIsNotTrusted() {
    assertThat(BrokerVersion.of(Map.of()).refusesUnknownQueueTypes()).isFalse();
  }

  private static boolean refuses(String product, String version) {
    return BrokerVersion.of(
            Map.of(
                "product",
                LongStringHelper.asLongString(product),
                "version",
                LongStringHelper.asLongString(version)))
        .refusesUnknownQueueTypes();
  }
}
