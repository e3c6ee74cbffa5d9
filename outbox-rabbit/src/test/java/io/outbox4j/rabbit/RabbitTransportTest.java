package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.testkit.MessageDraft;
import io.outbox4j.testkit.server.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RabbitTransportTest {

  private final ConnectionFactory factory = new ConnectionFactory();

  @Test
  void wrongSettingsAreNamedAllAtOnce() {
    factory.setRequestedFrameMax(100);

    try (RabbitTransport transport =
        RabbitTransport.of(factory, List.of(), Duration.ofMillis(500))) {
      assertThatThrownBy(transport::start)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("sendLimit is PT0.5S: it must be at least PT1S")
          .hasMessageContaining("requestedFrameMax is 100");
    }
  }

  @Test
  void theUsualSettingsAreFine() {
    try (RabbitTransport transport = RabbitTransport.of(factory)) {
      assertThatCode(transport::start).doesNotThrowAnyException();
      assertThat(transport.sendLimit()).isEqualTo(Duration.ofSeconds(20));
    }
  }

  @Test
  void headersLargerThanAFrameAreRefused() {
    OutgoingMessage message =
        MessageDraft.to("e/k").headers(Map.of("h", "x".repeat(131_072))).build();
    try (RabbitTransport transport = RabbitTransport.of(factory)) {
      assertThatThrownBy(() -> transport.vet(message))
          .isInstanceOf(MessageRefusedException.class)
          .hasMessageContaining("headers make a frame of")
          .hasMessageContaining("frame_max allows 131072");

      factory.setRequestedFrameMax(1 << 20);
      assertThatCode(() -> transport.vet(message)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatCannotBePublishedIsRejectedWithoutABroker() {
    factory.setHost("127.0.0.1");
    factory.setPort(FreePorts.next());
    List<SendResult> results = new ArrayList<>();
    OutgoingMessage bad = MessageDraft.to("no-slash").build();
    OutgoingMessage good = MessageDraft.to("/queue").build();
    try (RabbitTransport transport = RabbitTransport.of(factory)) {
      transport.send(List.of(bad, good), (message, result) -> results.add(result));
    }

    assertThat(results).hasSize(2);
    assertThat(results.get(0)).isInstanceOf(Rejected.class);
    assertThat(results.get(1))
        .isEqualTo(SendResult.transportUnavailable(false, "no connection: ConnectException"));
  }
}
