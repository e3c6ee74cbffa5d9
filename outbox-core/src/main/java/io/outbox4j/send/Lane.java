package io.outbox4j.send;

import io.outbox4j.SendSettings;
import io.outbox4j.TransportStatus;
import io.outbox4j.send.Batch.Kind;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one transport: its messages that are in memory, from the moment they are committed or
 * claimed until they are settled.
 *
 * <pre>
 *  offer ──> Outgoing (queues) ──> Batch ──> Transport.send ──> result ──> Settler ──> settled
 * </pre>
 *
 * <p>Memory is bounded by the {@link Room}; what finds none stays in the table, and the lane is
 * {@link Behind} until {@link CatchUp} has fetched it. One lock guards the queues and what is on
 * its way; it is never held while the database or the broker is waited for.
 */
final class Lane implements Batch.Listener {

  private static final Logger log = LoggerFactory.getLogger(Lane.class);
  private static final Duration PAUSE_OF_UNAVAILABLE = Duration.ofSeconds(1);

  final String name;
  final Room room;
  final Behind behind = new Behind();
  final DueLines dueLines = new DueLines();
  final Breaker breaker;
  private final SendSettings settings;
  private final Sender.Parts parts;
  private final LongSupplier clock;
  private final long sendLimitNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Outgoing outgoing;
  private final Flights flights;
  private final Runs runs = new Runs();
  private volatile boolean closing;

  Lane(String name, Transport transport, Sender.Parts parts) {
    this.name = name;
    this.flights = new Flights(transport);
    this.settings = parts.settings();
    this.parts = parts;
    this.clock = parts.clock();
    this.sendLimitNanos = transport.sendLimit().toNanos();
    this.room = new Room(settings.roomMessages(), settings.roomBytes());
    this.outgoing =
        new Outgoing(settings.batchSize(), settings.roomBytes() / settings.batchesInFlight());
    this.breaker = new Breaker(transport.sendLimit().dividedBy(4), clock.getAsLong());
  }

  Duration sendLimit() {
    return Duration.ofNanos(sendLimitNanos);
  }

  /**
   * Takes room for a row about to be inserted; none while messages had better stay in the table.
   */
  boolean reserve(int size) {
    return !closing && !breaker.isOpen() && room.reserve(size);
  }

  /** Takes rows for which there is room; those of one line in its order. */
  void offer(Collection<Held> rows) {
    lock.lock();
    try {
      // Each run is whole before its head goes: when that is let go at once, all behind it are.
      List<Held> going = new ArrayList<>(rows.size());
      for (Held held : rows) {
        if (mayGo(held)) {
          going.add(held);
        }
      }
      for (Held held : going) {
        accept(held, clock.getAsLong());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a row need not wait for another of its line. */
  private boolean mayGo(Held held) {
    return !held.isOrdered() || runs.add(held);
  }

  /** A row of the line was committed, and is due after the delay. */
  void published(String line, Duration delay) {
    lock.lock();
    try {
      // The end of a run that is here looks at the line, and comes later than this.
      if (!delay.isZero()) {
        lookIn(line, delay);
      } else if (!runs.holds(line)) {
        dueLines.claim(line);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What is due later than the next poll is found by the walk that begins there. */
  private void lookIn(String line, Duration delay) {
    if (delay.compareTo(settings.pollInterval()) <= 0) {
      dueLines.dueIn(line, delay, clock.getAsLong());
    }
  }

  /** Lets go of a row that was claimed and not offered. */
  void decline(Held held, Duration pause) {
    lock.lock();
    try {
      if (mayGo(held)) {
        letGo(held, pause);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends one row to see whether the transport is back. */
  void probe(Held held, Executor workers) {
    Batch batch;
    lock.lock();
    try {
      long now = clock.getAsLong();
      long closedFor = outgoing.closedFor(held.topic(), now);
      if (!mayGo(held)) {
        breaker.probeEnded(now);
        return;
      }
      if (closing || closedFor > 0 || held.isLate(now)) {
        breaker.probeEnded(now);
        letGo(held, Duration.ofNanos(Math.max(0, closedFor)));
        return;
      }
      batch = flights.depart(new Batch(Kind.PROBE, List.of(held), now, this));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    flights.start(batch, workers);
  }

  private void accept(Held held, long now) {
    long closedFor = outgoing.closedFor(held.topic(), now);
    if (held.inDoubt()) {
      settle(held, Verdict.inDoubt(held));
    } else if (held.expired()) {
      settle(held, Verdict.expired(held));
    } else if (closing || breaker.isOpen()) {
      letGo(held, Duration.ZERO);
    } else if (closedFor > 0) {
      letGo(held, Duration.ofNanos(closedFor));
    } else if (outgoing.isSuspect(held.topic())) {
      letGo(held, PAUSE_OF_UNAVAILABLE);
    } else {
      outgoing.add(held);
    }
  }

  /** Forms batches and hands them to the workers, until the lane is closed. Has its own thread. */
  void dispatch(Executor workers) {
    try {
      @Nullable Batch batch = awaitBatch();
      while (batch != null) {
        flights.start(batch, workers);
        batch = awaitBatch();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Batch awaitBatch() throws InterruptedException {
    lock.lock();
    try {
      while (!closing) {
        long now = clock.getAsLong();
        if (flights.noAnswerTo(breaker, now)) {
          opened();
        }
        Batch batch = nextBatch(now);
        if (batch != null) {
          return flights.depart(batch);
        }
        if (flights.count() == 0) {
          changed.await();
        } else {
          changed.awaitNanos(sendLimitNanos / 16);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Batch nextBatch(long now) {
    for (Kind kind : List.of(Kind.TRIAL, Kind.PROVEN)) {
      if (flights.count(kind) < settings.batchesInFlight()) {
        List<Held> rows = outgoing.take(kind, now, late -> letGo(late, Duration.ZERO));
        if (!rows.isEmpty()) {
          return new Batch(kind, rows, now, this);
        }
      }
    }
    return null;
  }

  @Override
  public void result(Batch batch, Held held, SendResult result) {
    boolean back = false;
    // Asks the application, which must not hold the lock.
    Duration retry =
        result instanceof Rejected rejected
            ? parts.retries().pauseAfter(held, rejected, name)
            : null;
    lock.lock();
    try {
      long now = clock.getAsLong();
      if (batch.kind == Kind.TRIAL) {
        outgoing.tryEnded(held.topic());
      }
      if (result instanceof Acknowledged acknowledged) {
        outgoing.acknowledged(held.topic());
        back = breaker.alive(now);
        settle(held, Verdict.acknowledged(held, acknowledged));
      } else if (result instanceof Unavailable unavailable) {
        Duration pause = PAUSE_OF_UNAVAILABLE;
        if (unavailable.scope() == Scope.DESTINATION) {
          back = breaker.alive(now);
          double chance = ThreadLocalRandom.current().nextDouble();
          pause = closed(held.topic(), unavailable.reason(), now, chance);
        } else {
          if (breaker.unavailable(batch.handedOver, now, unavailable.reason())) {
            opened();
          }
          // The breaker paces claims while it is open; a pause would only keep rows from probing.
          pause = breaker.isOpen() ? Duration.ZERO : pause;
        }
        settle(held, Verdict.unavailable(held, unavailable, pause));
      } else {
        settle(held, Verdict.rejected(held, (Rejected) result, retry));
      }
      if (batch.kind != Kind.PROVEN || held.isOrdered()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    count(result);
    if (back) {
      log.info("Transport {} is available again", name);
      behind.set();
      dueLines.walk();
      parts.wakeCatchUp().run();
    }
  }

  @Override
  public void over(Batch batch) {
    lock.lock();
    try {
      flights.landed(batch);
      if (batch.kind == Kind.PROBE) {
        breaker.probeEnded(clock.getAsLong());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (batch.kind == Kind.PROBE) {
      parts.wakeCatchUp().run();
    }
  }

  /** A destination is unavailable: what waits for it goes back to the table for as long. */
  private Duration closed(String topic, String reason, long now, double chance) {
    if (outgoing.unavailable(topic, reason, now, chance)) {
      log.warn("Destination {} of transport {} is unavailable: {}", topic, name, reason);
    }
    Duration pause = Duration.ofNanos(Math.max(0, outgoing.closedFor(topic, now)));
    outgoing.removeWaiting(topic).forEach(waiting -> letGo(waiting, pause));
    return pause;
  }

  /** The breaker opened: memory is let go, the table keeps what waits. */
  private void opened() {
    log.warn(
        "Transport {} is unavailable ({}); messages wait in the table", name, breaker.reason());
    outgoing.removeAll().forEach(held -> letGo(held, Duration.ZERO));
    behind.set();
    dueLines.clear();
    parts.wakeCatchUp().run();
  }

  /**
   * Settles a row. An ordered one is followed by the next of its run, which goes on its way if this
   * one was acknowledged, and else goes back to the table with all behind it, by the same
   * statement.
   */
  private void settle(Held held, Settlement settlement) {
    if (held.isOrdered() && settlement instanceof Sent) {
      parts.settler().submit(List.of(entry(held, settlement)));
      Held next = runs.acknowledged(held);
      if (next != null) {
        accept(next, clock.getAsLong());
      }
    } else if (held.isOrdered()) {
      Duration pause = settlement instanceof Rescheduled later ? later.delay() : Duration.ZERO;
      List<Settler.Entry> entries = new ArrayList<>();
      entries.add(entry(held, settlement));
      for (Held rest : runs.stopped(held, pause)) {
        entries.add(entry(rest, Verdict.letGo(rest, Duration.ZERO)));
      }
      parts.settler().submit(entries);
    } else {
      parts.settler().submit(List.of(entry(held, settlement)));
    }
  }

  private Settler.Entry entry(Held held, Settlement settlement) {
    return new Settler.Entry(held, settlement, this);
  }

  private void letGo(Held held, Duration delay) {
    settle(held, Verdict.letGo(held, delay));
  }

  private void count(SendResult result) {
    OutboxMetrics metrics = parts.metrics();
    if (result instanceof Acknowledged) {
      metrics.sent(name, 1);
    } else if (result instanceof Unavailable) {
      metrics.unavailable(name, 1);
    } else {
      metrics.rejected(name);
    }
  }

  /** Called by the settler after the settlement's commit. */
  void settled(Held held, Settlement settlement) {
    room.release(held.size());
    if (held.isOrdered()) {
      lookAtLineOf(held);
    } else if (settlement instanceof Rescheduled rescheduled) {
      behind.dueIn(rescheduled.delay(), clock.getAsLong());
    }
    if (settlement instanceof Dead dead) {
      parts.metrics().dead(name);
      log.error("Message {} to {} is dead: {}", dead.id(), held.topic(), dead.error());
    }
  }

  /** Called by the settler when a settlement came to nothing: the table decides. */
  void forgotten(Held held) {
    room.release(held.size());
    if (held.isOrdered()) {
      lookAtLineOf(held);
    } else {
      behind.set();
    }
  }

  /** When the last row of a line that is here is settled, another may be its head. */
  private void lookAtLineOf(Held held) {
    String line = held.line().id();
    lock.lock();
    try {
      runs.settled(held)
          .ifPresent(
              pause -> {
                if (pause.isZero()) {
                  dueLines.look(line);
                } else {
                  lookIn(line, pause);
                }
              });
    } finally {
      lock.unlock();
    }
  }

  /** Rows behind a dead head died too. */
  void dropped(LineHead head, int count) {
    for (int i = 0; i < count; i++) {
      parts.metrics().dead(name);
    }
    if (count > 0) {
      log.error("{} messages behind the dead message {} are dead too", count, head.id());
    }
  }

  /** How long until a claim for this lane makes sense; zero or less for now. */
  long untilClaim(long now) {
    if (closing) {
      return Long.MAX_VALUE;
    }
    if (breaker.isOpen()) {
      // An ordered row may be the probe, too.
      long wait = Math.min(behind.until(now), dueLines.until(now));
      return Math.max(wait, breaker.untilProbe(now));
    }
    return room.worthAClaim(settings.batchSize()) ? behind.until(now) : Long.MAX_VALUE;
  }

  /** How long until a look at lines makes sense; zero or less for now. */
  long untilLook(long now) {
    boolean takes = !closing && !breaker.isOpen() && room.worthAClaim(settings.batchSize());
    return takes ? dueLines.until(now) : Long.MAX_VALUE;
  }

  /** Says that a claim is about to be issued; returns whether it is for a probe. */
  boolean startClaim(long now) {
    behind.clear(now);
    return breaker.startProbeIfOpen();
  }

  /** Takes no more, and lets go what is not on its way. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      outgoing.removeAll().forEach(held -> letGo(held, Duration.ZERO));
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is on its way. */
  void awaitEnd(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = limit.toNanos();
      while (flights.count() > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (flights.count() > 0) {
        log.warn("Transport {}: {} batches had no answer at shutdown", name, flights.count());
      }
    } finally {
      lock.unlock();
    }
  }

  TransportStatus status() {
    lock.lock();
    try {
      return new TransportStatus(
          !breaker.isOpen(),
          breaker.reason(),
          outgoing.unavailable(clock.getAsLong()),
          room.messages());
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    return room.messages() == 0;
  }
}
