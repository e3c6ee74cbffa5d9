package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One call of {@link Transport#send} on a thread of its own, and all that it reports. */
final class Voyage {

  private final List<OutgoingMessage> batch;
  private final Duration limit;
  private final Map<UUID, Queue<SendResult>> reported = new ConcurrentHashMap<>();
  private final Thread thread;
  private final long start = System.nanoTime();
  private volatile long lastFirstResult = start;
  private volatile boolean threw;

  private Voyage(Transport transport, List<OutgoingMessage> batch, Duration limit) {
    this.batch = List.copyOf(batch);
    this.limit = limit;
    batch.forEach(message -> reported.put(message.id(), new ConcurrentLinkedQueue<>()));
    this.thread = new Thread(() -> run(transport), "voyage");
  }

  static Voyage start(Transport transport, List<OutgoingMessage> batch, Duration limit) {
    Voyage voyage = new Voyage(transport, batch, limit);
    voyage.thread.start();
    return voyage;
  }

  private void run(Transport transport) {
    try {
      transport.send(batch, this::report);
    } catch (RuntimeException | Error e) {
      threw = true;
      throw e;
    }
  }

  private void report(OutgoingMessage message, SendResult result) {
    Queue<SendResult> ofMessage = ofMessage(message);
    if (ofMessage.isEmpty()) {
      lastFirstResult = System.nanoTime();
    }
    ofMessage.add(result);
  }

  /** Waits until the batch is under way: the call waits for something, or is over. */
  void awaitDeparture() {
    await()
        .until(
            () ->
                thread.getState() == Thread.State.TIMED_WAITING
                    || thread.getState() == Thread.State.WAITING
                    || !thread.isAlive());
  }

  /** Waits until every message has a result and the call has returned: within the send limit. */
  Voyage awaitEnd() {
    return awaitEnd(start, limit);
  }

  /** The same, within this time from now. */
  void awaitEndSoon(Duration within) {
    awaitEnd(System.nanoTime(), within);
  }

  private Voyage awaitEnd(long from, Duration within) {
    // The limit is checked by the clock of the results: this thread may come late.
    await()
        .atMost(limit.plusSeconds(5))
        .until(() -> !thread.isAlive() && reported.values().stream().noneMatch(Queue::isEmpty));
    assertThat(Duration.ofNanos(lastFirstResult - from)).isLessThan(within);
    return this;
  }

  void awaitAcknowledged() {
    awaitEnd();
    assertThat(results()).allMatch(Acknowledged.class::isInstance);
  }

  SendResult result(OutgoingMessage message) {
    return Objects.requireNonNull(ofMessage(message).peek());
  }

  private Queue<SendResult> ofMessage(OutgoingMessage message) {
    return Objects.requireNonNull(reported.get(message.id()));
  }

  List<SendResult> results() {
    return batch.stream().map(this::result).toList();
  }

  List<String> idsWith(Class<? extends SendResult> kind) {
    return batch.stream()
        .filter(message -> kind.isInstance(ofMessage(message).peek()))
        .map(message -> message.id().toString())
        .toList();
  }

  /** What certainly did not arrive, by the transport's word. */
  List<String> idsKeptBack() {
    return batch.stream()
        .filter(message -> result(message) instanceof Unavailable u && !u.mayHaveArrived())
        .map(message -> message.id().toString())
        .toList();
  }

  void checkExactlyOneResult() {
    awaitEnd();
    assertThat(threw).isFalse();
    assertThat(reported.values()).allSatisfy(results -> assertThat(results).hasSize(1));
  }
}
