package io.outbox4j.kafka;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way: hands its records to the client, and waits until each has a result, or until
 * the time is over.
 *
 * <p>The client blocks the caller while it looks for a topic's metadata. So records of topics that
 * were not there lately are handed over by other threads, one for a topic, and delay nobody.
 */
final class Flight {

  /** So often is the pulse felt while records are on their way. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

  final Links links;
  private final BiConsumer<OutgoingMessage, SendResult> results;
  private final ProducerSettings settings;
  private final LongSupplier clock;
  private final long start;
  private final List<Departure> departures = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Departure> again = new ArrayDeque<>();
  private int open;
  private boolean ended;

  /** Why nothing more can be handed over, once the transport failed under a record. */
  private volatile @Nullable SendResult grounded;

  Flight(
      List<OutgoingMessage> batch,
      BiConsumer<OutgoingMessage, SendResult> results,
      Links links,
      ProducerSettings settings,
      LongSupplier clock) {
    this.links = links;
    this.results = results;
    this.settings = settings;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.open = batch.size();
    batch.forEach(message -> departures.add(new Departure(this, message)));
  }

  /** Returns when every message has its result. */
  void fly() {
    Map<String, List<Departure>> topics = new LinkedHashMap<>();
    for (Departure departure : departures) {
      topics.computeIfAbsent(departure.message.topic(), topic -> new ArrayList<>()).add(departure);
    }
    topics.forEach(this::handOverIfUnknown);
    topics.values().forEach(this::handOver);
    try {
      awaitResults();
      giveUp("no answer in time", links.feelPulse());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp("the sending thread was interrupted", false);
    }
  }

  /** Ends the wait: what has no result gets one now. */
  void end() {
    giveUp("the transport was closed", false);
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void handOverIfUnknown(String topic, List<Departure> ofTopic) {
    if (links.isKnown(topic)) {
      return;
    }
    List<Departure> all = List.copyOf(ofTopic);
    ofTopic.clear();
    try {
      links.inBackground(() -> handOver(all));
    } catch (RejectedExecutionException e) {
      all.forEach(d -> d.complete(SendResult.transportUnavailable(false, "closed")));
    }
  }

  /** Hands over records of one topic, in order. Where one can't go, none of the next can. */
  private void handOver(List<Departure> ofTopic) {
    SendResult stop = null;
    for (Departure departure : ofTopic) {
      if (stop == null) {
        stop = obstacle();
      }
      if (stop != null) {
        departure.complete(stop);
      } else if (departure.handOver() instanceof Unavailable unavailable) {
        stop = unavailable;
        if (unavailable.scope() == Scope.TRANSPORT) {
          grounded = unavailable;
        }
      }
    }
  }

  private @Nullable SendResult obstacle() {
    if (clock.getAsLong() - start > settings.handOverWithin().toNanos()) {
      return SendResult.transportUnavailable(
          false, "no time was left within " + settings.sendLimit());
    }
    return grounded;
  }

  private void awaitResults() throws InterruptedException {
    long end = start + settings.giveUpAfter().toNanos();
    while (true) {
      List<Departure> repeated;
      lock.lockInterruptibly();
      try {
        long left = end - clock.getAsLong();
        if (open == 0 || ended || left <= 0) {
          return;
        }
        if (again.isEmpty()) {
          changed.awaitNanos(Math.min(left, TICK));
        }
        repeated = new ArrayList<>(again);
        again.clear();
      } finally {
        lock.unlock();
      }
      repeated.forEach(departure -> handOver(List.of(departure)));
      links.feelPulse();
    }
  }

  private void giveUp(String reason, boolean clusterAnswers) {
    for (Departure departure : departures) {
      departure.giveUp(reason, clusterAnswers, settings.kept());
    }
  }

  /** The record is to be handed over once more, by the batch's own thread. */
  void repeat(Departure departure) {
    lock.lock();
    try {
      again.add(departure);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void report(Departure departure, SendResult result) {
    results.accept(departure.message, result);
    lock.lock();
    try {
      open--;
      if (open == 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean longerThan(Duration time, long since) {
    return now() - since > time.toNanos();
  }

  long now() {
    return clock.getAsLong();
  }
}
