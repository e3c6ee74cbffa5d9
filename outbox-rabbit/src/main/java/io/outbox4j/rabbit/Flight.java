package io.outbox4j.rabbit;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way. A thread of the transport does what may block: it waits for the connection,
 * opens channels and writes. The caller waits for the results and watches the time: when that is
 * over, it gives up what is left and frees the other one by cutting a connection that is stuck.
 */
final class Flight {

  /** So many exchanges at once; more of a batch wait for one of them. */
  private static final int MOST_CONVOYS = 16;

  private final Links links;
  private final Times times;
  private final LongSupplier clock;
  private final BiConsumer<OutgoingMessage, SendResult> results;
  private final List<Departure> departures = new ArrayList<>();
  private final Runnable wakeUp = this::wake;
  private final long start;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int open;
  private long end;
  private boolean ended;
  private boolean woken;
  private volatile @Nullable Link link;

  /** Whether the client is being called, which may block. */
  private volatile boolean calling;

  Flight(
      List<OutgoingMessage> batch,
      BiConsumer<OutgoingMessage, SendResult> results,
      Links links,
      Times times,
      LongSupplier clock) {
    this.links = links;
    this.times = times;
    this.clock = clock;
    this.results = results;
    this.start = clock.getAsLong();
    this.end = start + times.giveUpAfter().toNanos();
    this.open = batch.size();
    batch.forEach(this::prepare);
  }

  /** Returns when every message has its result. */
  void fly() {
    try {
      links.inBackground(this::travel);
      awaitResults();
      giveUp();
    } catch (RejectedExecutionException e) {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(Trouble.OTHER, "the sending thread was interrupted");
    }
  }

  /** Ends the wait: what has no result gets one now. */
  void end() {
    giveUp(Trouble.CLOSED, "");
  }

  void report(Departure departure, SendResult result) {
    results.accept(departure.message, result);
    reported();
  }

  private void prepare(OutgoingMessage message) {
    try {
      departures.add(new Departure(this, message, Publication.of(message)));
    } catch (MessageRefusedException e) {
      results.accept(message, SendResult.rejected(String.valueOf(e.getMessage())));
      reported();
    }
  }

  /** Runs on a thread of the transport. */
  private void travel() {
    try {
      Link used = links.current().get(nanosLeft(), TimeUnit.NANOSECONDS);
      link = used;
      steer(used);
    } catch (TimeoutException e) {
      // The caller gives up.
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      giveUp(Trouble.NO_CONNECTION, Trouble.name(cause == null ? e : cause));
    } catch (RejectedExecutionException e) {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      giveUp(Trouble.OTHER, Trouble.name(e));
    }
  }

  private void steer(Link used) throws InterruptedException {
    Queue<Convoy> waiting = new ArrayDeque<>(convoys());
    List<Convoy> moving = new ArrayList<>();
    boolean asked = false;
    used.follow(wakeUp);
    try {
      while (isUnderWay()) {
        if (!used.isOpen()) {
          giveUp(Trouble.CONNECTION_LOST, used.end());
          return;
        }
        boolean blocked = used.isBlocked();
        setEnd(blocked);
        if (blocked) {
          waiting.forEach(convoy -> convoy.keepBack(Trouble.BLOCKED));
          moving.forEach(convoy -> convoy.keepBack(Trouble.BLOCKED));
        } else {
          calling = true;
          move(used, waiting, moving);
          if (!asked && clock.getAsLong() - start >= times.askAfter().toNanos()) {
            asked = true;
            ask(used);
          }
          calling = false;
        }
        awaitChange(asked);
      }
    } finally {
      used.unfollow(wakeUp);
      moving.forEach(convoy -> release(used, convoy));
      calling = false;
    }
  }

  private Collection<Convoy> convoys() {
    Map<String, Convoy> convoys = new LinkedHashMap<>();
    for (Departure departure : departures) {
      convoys
          .computeIfAbsent(
              departure.publication.route().exchange(), name -> new Convoy(name, wakeUp))
          .add(departure);
    }
    return convoys.values();
  }

  private void move(Link used, Queue<Convoy> waiting, List<Convoy> moving) {
    boolean room;
    do {
      while (moving.size() < MOST_CONVOYS && !waiting.isEmpty()) {
        Convoy next = waiting.remove();
        next.begin(used);
        moving.add(next);
      }
      moving.forEach(convoy -> convoy.advance(used));
      List<Convoy> over = moving.stream().filter(Convoy::isOver).toList();
      over.forEach(convoy -> release(used, convoy));
      room = moving.removeAll(over);
    } while (room && !waiting.isEmpty() && used.isOpen());
  }

  /** No confirm for long may be the queue's fault or the broker's. */
  private void ask(Link used) {
    if (!used.heardSince(clock.getAsLong() - times.answer().toNanos())) {
      used.ask();
    }
  }

  private void release(Link used, Convoy convoy) {
    Lane lane = convoy.release();
    if (lane == null) {
      return;
    }
    if (lane.isOpen() && lane.isIdle()) {
      used.giveBack(lane);
    } else {
      try {
        links.inBackground(lane::close);
      } catch (RejectedExecutionException e) {
        // It ends with the connection.
      }
    }
  }

  private void giveUp() {
    Link used = link;
    if (!isOpen()) {
      return;
    }
    if (used == null) {
      giveUp(Trouble.NO_CONNECTION, "none in time");
      return;
    }
    boolean stuck = calling;
    boolean silent = !used.heardSince(start + times.answer().toNanos());
    if (used.isBlocked()) {
      giveUp(Trouble.BLOCKED, "");
    } else if (used.isOpen() && !stuck && !silent) {
      giveUp(Trouble.SILENT_QUEUE, "");
    } else {
      giveUp(Trouble.SILENT_BROKER, "");
      used.drop("no answer");
    }
    if (stuck) {
      used.drop("a write is stuck");
    }
  }

  private void giveUp(Trouble trouble, String detail) {
    departures.forEach(departure -> departure.giveUp(trouble, detail));
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitResults() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (isUnderWay()) {
        changed.awaitNanos(nanosLeft());
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange(boolean asked) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!woken && isUnderWay()) {
        long untilAsk = start + times.askAfter().toNanos() - clock.getAsLong();
        if (!asked && untilAsk <= 0) {
          return;
        }
        changed.awaitNanos(asked ? nanosLeft() : Math.min(untilAsk, nanosLeft()));
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  private void setEnd(boolean blocked) {
    lock.lock();
    try {
      long full = start + times.giveUpAfter().toNanos();
      end = blocked ? Math.min(end, clock.getAsLong() + times.grace().toNanos()) : full;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void reported() {
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

  private boolean isUnderWay() {
    return isOpen() && nanosLeft() > 0;
  }

  private boolean isOpen() {
    lock.lock();
    try {
      return open > 0 && !ended;
    } finally {
      lock.unlock();
    }
  }

  private long nanosLeft() {
    lock.lock();
    try {
      return end - clock.getAsLong();
    } finally {
      lock.unlock();
    }
  }
}
