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
  private final Watch watch;
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
    this.watch = new Watch(batch.size(), times, clock);
    batch.forEach(this::prepare);
  }

  /** Returns when every message has its result. */
  void fly() {
    if (!watch.isOpen()) {
      return;
    }
    try {
      links.inBackground(this::travel);
      watch.awaitResults();
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
    watch.reported();
  }

  private void prepare(OutgoingMessage message) {
    try {
      departures.add(new Departure(this, message, Publication.of(message)));
    } catch (MessageRefusedException e) {
      results.accept(
          message,
          SendResult.rejected(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
      watch.reported();
    }
  }

  /** Runs on a thread of the transport. */
  private void travel() {
    try {
      Link used = links.current().get(watch.nanosLeft(), TimeUnit.NANOSECONDS);
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
    } finally {
      watch.land();
    }
  }

  private void steer(Link used) throws InterruptedException {
    Queue<Convoy> waiting = new ArrayDeque<>(convoys());
    List<Convoy> moving = new ArrayList<>();
    Runnable wake = watch::wake;
    used.follow(wake);
    try {
      while (watch.isUnderWay()) {
        if (!used.isOpen()) {
          giveUp(Trouble.CONNECTION_LOST, used.end());
          return;
        }
        boolean blocked = used.isBlocked();
        watch.setBlocked(blocked);
        boolean isTimeToLook = watch.isTimeToLook();
        if (blocked) {
          waiting.forEach(convoy -> convoy.keepBack(Trouble.BLOCKED));
          moving.forEach(convoy -> convoy.keepBack(Trouble.BLOCKED));
        } else {
          calling = true;
          move(used, waiting, moving);
          if (isTimeToLook) {
            ask(used);
            moving.forEach(Convoy::overtake);
            move(used, waiting, moving);
          }
          calling = false;
        }
        watch.awaitChange();
      }
    } finally {
      used.unfollow(wake);
      moving.forEach(convoy -> release(used, convoy));
      calling = false;
    }
  }

  private Collection<Convoy> convoys() {
    Map<String, Convoy> convoys = new LinkedHashMap<>();
    for (Departure departure : departures) {
      convoys
          .computeIfAbsent(
              departure.publication.route().exchange(), name -> new Convoy(name, watch::wake))
          .add(departure);
    }
    return convoys.values();
  }

  private void move(Link used, Queue<Convoy> waiting, List<Convoy> moving) {
    boolean room;
    do {
      // One that waits only for late confirms holds up no other.
      long busy = moving.stream().filter(Convoy::isMoving).count();
      for (; busy < MOST_CONVOYS && !waiting.isEmpty(); busy++) {
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
    for (Lane lane : convoy.release()) {
      if (!used.takeBack(lane)) {
        close(lane);
      }
    }
  }

  private void close(Lane lane) {
    try {
      links.inBackground(lane::close);
    } catch (RejectedExecutionException e) {
      // It ends with the connection.
    }
  }

  private void giveUp() {
    Link used = link;
    if (!watch.isOpen()) {
      return;
    }
    if (used == null) {
      giveUp(Trouble.NO_CONNECTION, "none in time");
      return;
    }
    boolean stuck = calling;
    boolean silent = !used.heardSince(watch.startPlus(times.answer().toNanos()));
    if (used.isBlocked()) {
      giveUp(Trouble.BLOCKED, "");
    } else if (used.isOpen() && !stuck && !silent) {
      giveUpOnQueues();
    } else {
      giveUp(Trouble.SILENT_BROKER, "");
      used.drop("no answer");
    }
    if (stuck) {
      used.drop("a write is stuck");
    }
  }

  /**
   * Blames the destination of what has no confirm, and no other: a message that was not handed over
   * tells nothing of its own. The first ones go first: a word about a destination is a sign that
   * the broker lives, after which the others, which were not handed over, open no breaker.
   */
  private void giveUpOnQueues() {
    departures.stream()
        .filter(Departure::isOnItsWay)
        .forEach(departure -> departure.giveUp(Trouble.SILENT_QUEUE, ""));
    giveUp(Trouble.HELD_UP, "");
  }

  private void giveUp(Trouble trouble, String detail) {
    departures.forEach(departure -> departure.giveUp(trouble, detail));
    watch.end();
  }
}
