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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean awake;
  private boolean stopping;

  CatchUp(SendStore store, SendSettings settings, LongSupplier clock) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
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
      wait = Math.min(wait, lane.untilClaim(clock.getAsLong()));
    }
    return wait;
  }

  private void fetch(Lane lane, Executor workers) {
    long start = clock.getAsLong();
    boolean probe = lane.startClaim(start);
    List<ClaimedRow> rows = List.of();
    try {
      int limit =
          probe ? PROBES : Math.min(settings.batchSize(), Math.max(1, lane.room.freeMessages()));
      rows = store.claimDue(lane.name, limit, Math.max(1, lane.room.freeBytes()), settings.lease());
      if (!rows.isEmpty()) {
        lane.behind.found();
      } else {
        foundNothing(lane.behind, store.untilNextDue(List.of(lane.name)));
      }
    } catch (RuntimeException | Error e) {
      if (lane.behind.failed(clock.getAsLong())) {
        log.warn("Due messages can't be claimed ({}); trying again", e.getClass().getName());
      }
    }
    take(lane, rows, start, probe, workers);
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

  private void take(Lane lane, List<ClaimedRow> rows, long start, boolean probe, Executor workers) {
    List<Held> sendable = new ArrayList<>(rows.size());
    for (ClaimedRow row : rows) {
      Held held =
          Held.from(
              row.row(), row.claims(), row.attempts(), start, settings.lease(), lane.sendLimit());
      lane.room.add(held.size());
      if (row.inDoubt() && !row.row().retry()) {
        lane.settle(held, Verdict.inDoubt(held));
      } else {
        sendable.add(held);
      }
    }
    if (!probe) {
      lane.offer(sendable);
    } else if (sendable.isEmpty()) {
      lane.breaker.probeEnded(clock.getAsLong());
    } else {
      probe(lane, sendable, workers);
    }
  }

  /**
   * A message that may be sent once only would be spent by a probe: it goes only if there is no
   * other.
   */
  private static void probe(Lane lane, List<Held> rows, Executor workers) {
    Held probe = rows.stream().filter(held -> held.row().retry()).findFirst().orElse(rows.get(0));
    for (Held held : rows) {
      if (held == probe) {
        lane.probe(held, workers);
      } else {
        lane.settle(held, Verdict.letGo(held, PAUSE_OF_OTHERS));
      }
    }
  }
}
