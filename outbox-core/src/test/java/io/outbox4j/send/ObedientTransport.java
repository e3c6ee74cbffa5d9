package io.outbox4j.send;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers each message as the test says; null means no answer yet. */
final class ObedientTransport implements Transport {

  /** A message without an answer. */
  record Unanswered(OutgoingMessage message, BiConsumer<OutgoingMessage, SendResult> results) {
    void answer(SendResult result) {
      results.accept(message, result);
    }
  }

  final List<List<OutgoingMessage>> batches = new CopyOnWriteArrayList<>();
  final List<Unanswered> unanswered = new CopyOnWriteArrayList<>();
  final AtomicInteger returned = new AtomicInteger();
  volatile Function<OutgoingMessage, @Nullable SendResult> answer =
      message -> SendResult.acknowledged("0@1");
  private volatile Duration sendLimit;

  ObedientTransport(Duration sendLimit) {
    this.sendLimit = sendLimit;
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    batches.add(List.copyOf(batch));
    for (OutgoingMessage message : batch) {
      SendResult result = answer.apply(message);
      if (result == null) {
        unanswered.add(new Unanswered(message, results));
      } else {
        results.accept(message, result);
      }
    }
    returned.incrementAndGet();
  }

  /** Lets a test that counts what has no answer take its time; to be called before the start. */
  void takesItsTime() {
    sendLimit = Duration.ofSeconds(20);
  }

  @Override
  public Duration sendLimit() {
    return sendLimit;
  }

  /** All messages that were handed over, in order, repeats included. */
  List<UUID> sent() {
    List<UUID> ids = new ArrayList<>();
    batches.forEach(batch -> batch.forEach(message -> ids.add(message.id())));
    return ids;
  }

  long timesSent(UUID id) {
    return sent().stream().filter(id::equals).count();
  }

  /** Answers what has no answer yet. */
  void answerAll(SendResult result) {
    for (Unanswered open : unanswered) {
      unanswered.remove(open);
      open.answer(result);
    }
  }
}
