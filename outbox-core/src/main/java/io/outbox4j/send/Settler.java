package io.outbox4j.send;

import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of rows, on a thread of its own: while one batch of settlements is being
 * written the next gathers, so a lone one goes at once and a busy node needs one statement for
 * many.
 *
 * <p>A settlement that can't be written is tried again. <i>Sent</i> is until it is written: it
 * needs no lease, and the lane's room bounds how many there are. A negative one is forgotten when
 * the row's lease is over: the row becomes due by itself. After a failure batches are halved, so
 * that one row that the database refuses takes no others with it.
 */
final class Settler {

  /**
   * A settlement under way.
   *
   * @param held the row
   * @param settlement what became of it
   * @param lane who is told in the end
   */
  record Entry(Held held, Settlement settlement, Lane lane) {}

  private static final Logger log = LoggerFactory.getLogger(Settler.class);
  private static final int MOST_AT_ONCE = 1_000;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

  private final SendStore store;
  private final LongSupplier clock;
  private final Runnable roomFreed;
  private final Reports reports;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Entry> queue = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "outbox-settle");
  private int writing;
  private int atOnce = MOST_AT_ONCE;
  private boolean failing;
  private boolean stopping;

  Settler(SendStore store, LongSupplier clock, Runnable roomFreed, Reports reports) {
    this.store = store;
    this.clock = clock;
    this.roomFreed = roomFreed;
    this.reports = reports;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void submit(List<Entry> entries) {
    lock.lock();
    try {
      queue.addAll(entries);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is there, for at most so long; what is left by then is forgotten. */
  void stop(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.join(Math.max(1, limit.toMillis()));
    thread.interrupt();
  }

  boolean isIdle() {
    lock.lock();
    try {
      return queue.isEmpty() && writing == 0;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      List<Entry> batch = next();
      while (!batch.isEmpty()) {
        Set<Entry> overtaken = Collections.newSetFromMap(new IdentityHashMap<>());
        if (write(batch, overtaken)) {
          batch.forEach(entry -> end(entry, overtaken.contains(entry)));
          roomFreed.run();
          batch.removeAll(overtaken);
          tell(batch);
          wrote(List.of());
        } else {
          wrote(batch);
          pause();
        }
        batch = next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(Entry entry, boolean overtaken) {
    try {
      if (overtaken) {
        entry.lane().forgotten(entry.held());
      } else {
        entry.lane().settled(entry.held(), entry.settlement());
      }
    } catch (RuntimeException | Error e) {
      log.error("The end of a message failed with {}", e.getClass().getName());
    }
  }

  /** Tells the application, last of all: what it does here holds up no more than the next write. */
  private void tell(List<Entry> entries) {
    for (Entry entry : entries) {
      reports.tell(entry.held(), entry.lane().name, entry.settlement());
    }
    if (Thread.interrupted()) {
      restoreInterruption();
    }
  }

  /** Only {@link #stop} ends this thread by an interruption, not a listener. */
  private void restoreInterruption() {
    lock.lock();
    try {
      if (stopping) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for settlements; none when it is time to stop. */
  private List<Entry> next() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !stopping) {
        changed.await();
      }
      List<Entry> batch = new ArrayList<>(Math.min(queue.size(), atOnce));
      while (!queue.isEmpty() && batch.size() < atOnce) {
        batch.add(queue.remove());
      }
      writing = batch.size();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a batch. Deaths go one by one: only of those that took effect may be said that they did.
   *
   * @param overtaken receives the deaths that came too late: the row is another node's by now
   */
  private boolean write(List<Entry> batch, Set<Entry> overtaken) {
    try {
      List<Settlement> others =
          batch.stream().filter(entry -> !isDeath(entry)).map(Entry::settlement).toList();
      if (!others.isEmpty()) {
        store.settle(others);
      }
      for (Entry death : batch.stream().filter(Settler::isDeath).toList()) {
        // After a failure, no change may also mean that the first try did it.
        if (store.settle(List.of(death.settlement())) == 0 && !failing) {
          overtaken.add(death);
        }
      }
      atOnce = Math.min(MOST_AT_ONCE, atOnce * 2);
      if (failing) {
        failing = false;
        log.info("Outcomes of messages are written again");
      }
      return true;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        failing = true;
        log.warn(
            "The outcomes of {} messages can't be written ({}); trying again until their leases end",
            batch.size(),
            e.getClass().getName());
      }
      atOnce = Math.max(1, batch.size() / 2);
      return false;
    }
  }

  private static boolean isDeath(Entry entry) {
    return entry.settlement() instanceof Dead;
  }

  /** Ends a write; the entries that are to be tried again go to the end of the queue. */
  private void wrote(List<Entry> again) {
    List<Entry> forgotten = new ArrayList<>();
    lock.lock();
    try {
      for (Entry entry : again) {
        if (entry.settlement() instanceof Sent || entry.held().leaseEnd() - clock.getAsLong() > 0) {
          queue.add(entry);
        } else {
          forgotten.add(entry);
        }
      }
      writing = 0;
    } finally {
      lock.unlock();
    }
    forgotten.forEach(entry -> entry.lane().forgotten(entry.held()));
    if (!forgotten.isEmpty()) {
      roomFreed.run();
    }
  }

  private void pause() throws InterruptedException {
    lock.lock();
    try {
      long left = PAUSE_AFTER_FAILURE.toNanos();
      while (left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
