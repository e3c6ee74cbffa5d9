package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.testkit.MessageDraft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DepartureTest {

  private final Times times = new Times(Duration.ofSeconds(6));
  private final Links links =
      new Links(new ConnectionFactory(), List.of(), times, System::nanoTime);
  private final List<SendResult> results = new ArrayList<>();
  private final OutgoingMessage message = MessageDraft.to("e/k").build();
  private final Departure departure =
      new Departure(
          new Flight(
              List.of(), (sent, result) -> results.add(result), links, times, System::nanoTime),
          message,
          Publication.of(message));

  @AfterEach
  void close() {
    links.close();
  }

  @Test
  void whatWasReturnedIsNotAcknowledged() {
    departure.depart();
    departure.returned(Trouble.NO_ROUTE);
    departure.confirmed(true);

    assertThat(results).containsExactly(SendResult.destinationUnavailable(false, "312 NO_ROUTE"));
  }

  @Test
  void whatWasReturnedAndGoesAgainMayBeRoutedThen() {
    departure.depart();
    departure.returned(Trouble.NO_ROUTE);
    departure.repeat();
    departure.depart();
    departure.confirmed(true);

    assertThat(results).containsExactly(SendResult.acknowledged(null));
  }
}
