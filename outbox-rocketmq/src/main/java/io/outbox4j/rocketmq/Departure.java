package io.outbox4j.rocketmq;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.common.message.Message;

/** One message of a batch, with its one result. */
final class Departure {

  private enum State {
    WAITING,
    SENT,
    DONE
  }

  final OutgoingMessage message;
  final Message wire;
  final Destination destination;
  private final Flight flight;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

  Departure(Flight flight, OutgoingMessage message, Message wire) {
    this.flight = flight;
    this.message = message;
    this.wire = wire;
    this.destination = Destination.of(message.topic());
  }

  /** Whether it is to be handed over now: not if it was given up, or was on its way already. */
  boolean depart() {
    return state.compareAndSet(State.WAITING, State.SENT);
  }

  /** Takes it back: the request was refused for others that it held, and nothing was stored. */
  void stay() {
    state.compareAndSet(State.SENT, State.WAITING);
  }

  /** Takes the result, if it is the first. */
  void complete(SendResult result) {
    if (state.getAndSet(State.DONE) != State.DONE) {
      flight.report(this, result);
    }
  }

  /** Completes it as unavailable, and says whether it was handed over. */
  void giveUp(String reason) {
    State before = state.getAndSet(State.DONE);
    if (before != State.DONE) {
      flight.report(this, SendResult.transportUnavailable(before == State.SENT, reason));
    }
  }

  /** About how many bytes it takes in a request. */
  int size() {
    int size = wire.getBody().length;
    for (Map.Entry<String, String> property : wire.getProperties().entrySet()) {
      size += property.getKey().length();
      size += property.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }
}
