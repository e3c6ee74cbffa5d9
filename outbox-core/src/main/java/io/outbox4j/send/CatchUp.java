package io.outbox4j.send;

import io.outbox4j.SendSettings;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.SendStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches rows that are due into lanes that are behind and have room. One thread, asleep while
 * there is nothing to fetch: lanes wake it, and so does the {@link Compensator}.
 */
final class CatchUp {

  private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

  private static final int PROBES = 20;
  private static final Duration PAUSE_OF_OTHERS = Duration.ofSeconds(1);

  private final SendStore store;
  private final SendSettings settings;
  private final LongSupplier clock;
  private final LineFetch lines;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean awake;
  private boolean stopping;

  CatchUp(SendStore store, SendSettings settings, LongSupplier clock) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.lines = new LineFetch(store, settings, clock);
  }

  /** Looks at all lanes again. */
  void wake() {
    lock.lock();
    try {
      awake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopping = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Works until it is stopped. */
  void run(Collection<Lane> lanes, Executor workers) {
    try {
      while (await(fetchAll(lanes, workers))) {
        // another round
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until woken, at most so long. Returns false when it is time to stop. */
  private boolean await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!awake && !stopping && left > 0) {
        left = woken.awaitNanos(left);
      }
      awake = false;
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Fetches once for each lane that wants it. Returns how long until one wants it again. */
  private long fetchAll(Collection<Lane> lanes, Executor workers) {
    long wait = Long.MAX_VALUE;
    for (Lane lane : lanes) {
      if (lane.untilClaim(clock.getAsLong()) <= 0) {
        fetch(lane, workers);
      }
      if (lane.untilLook(clock.getAsLong()) <= 0) {
        lines.fetch(lane);
      }
      long now = clock.getAsLong();
      wait = Math.min(wait, Math.min(lane.untilClaim(now), lane.untilLook(now)));
    }
    return wait;
  }

  private void fetch(Lane lane, Executor workers) {
    boolean probe = lane.startClaim(clock.getAsLong());
    int limit =
        probe ? PROBES : Math.min(settings.batchSize(), Math.max(1, lane.room.freeMessages()));
    List<Held> rows = claim(lane, limit);
    if (!probe) {
      lane.offer(rows);
    } else {
      probe(lane, rows.isEmpty() ? lines.probe(lane, PROBES) : rows, workers);
    }
  }

  private List<Held> claim(Lane lane, int limit) {
    long start = clock.getAsLong();
    List<Held> held = new ArrayList<>();
    try {
      for (ClaimedRow row :
          store.claimDue(lane.name, limit, Math.max(1, lane.room.freeBytes()), settings.lease())) {
        Held each = Held.claimed(row, start, settings.lease(), lane.sendLimit());
        lane.room.add(each.size());
        held.add(each);
      }
      if (!held.isEmpty()) {
        lane.behind.found();
      } else {
        foundNothing(lane.behind, store.unsent(List.of(lane.name)).nextDue());
      }
    } catch (RuntimeException | Error e) {
      if (lane.behind.failed(clock.getAsLong())) {
        log.warn("Due messages can't be claimed ({}); trying again", e.getClass().getName());
      }
    }
    return held;
  }

  /** Only a plain read tells a table without due rows from one whose due rows are locked. */
  private void foundNothing(Behind behind, Optional<Duration> nextDue) {
    long now = clock.getAsLong();
    if (nextDue.filter(Duration::isZero).isPresent()) {
      behind.missed(now);
    } else {
      behind.caughtUp();
      nextDue.ifPresent(delay -> behind.dueIn(delay, now));
    }
  }

  /**
   * A message that may be sent once only would be spent by a probe: it goes only if there is no
   * other.
   */
  private void probe(Lane lane, List<Held> rows, Executor workers) {
    lane.offer(rows.stream().filter(Held::isOver).toList());
    List<Held> sendable = rows.stream().filter(held -> !held.isOver()).toList();
    if (sendable.isEmpty()) {
      lane.breaker.probeEnded(clock.getAsLong());
      return;
    }
    Held probe =
        sendable.stream().filter(held -> held.row().retry()).findFirst().orElse(sendable.get(0));
    for (Held held : sendable) {
      if (held == probe) {
        lane.probe(held, workers);
      } else {
        lane.decline(held, PAUSE_OF_OTHERS);
      }
    }
  }
}
