package io.outbox4j.kafka.engine;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/** Holds what it is given until the test says what a broker would have said. */
final class Gate implements Transport {

  private final Duration sendLimit;
  private final CountDownLatch open = new CountDownLatch(1);
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private volatile SendResult answer = SendResult.acknowledged(null);

  /** The engine's patience with it is a quarter of the limit. */
  Gate(Duration sendLimit) {
    this.sendLimit = sendLimit;
  }

  /** The business ids of all that came so far. */
  Set<String> held() {
    return held;
  }

  void answer(SendResult answer) {
    this.answer = answer;
    open.countDown();
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    batch.forEach(message -> held.add(String.valueOf(message.businessId())));
    try {
      open.await();
      batch.forEach(message -> results.accept(message, answer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Duration sendLimit() {
    return sendLimit;
  }
}
