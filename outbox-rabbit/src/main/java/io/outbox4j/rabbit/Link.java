package io.outbox4j.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection, its idle lanes, and what is known of it. */
final class Link {

  private static final Logger log = LoggerFactory.getLogger(RabbitTransport.class);
  private static final int MOST_IDLE = 32;

  /** No broker in its senses refuses a message of this size. */
  private static final int ORDINARY_SIZE = 64 << 10;

  private final Connection connection;
  private final Wire wire;
  private final LongSupplier clock;
  private final Deque<Lane> idle = new ConcurrentLinkedDeque<>();
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger provenSize = new AtomicInteger(ORDINARY_SIZE);
  private volatile boolean blocked;
  private volatile long lastWord;
  private volatile String end = "";

  Link(Connection connection, Wire wire, LongSupplier clock) {
    this.connection = connection;
    this.wire = wire;
    this.clock = clock;
    this.lastWord = clock.getAsLong();
    // The default exchange can't be missing.
    known.add("");
    connection.addBlockedListener(reason -> setBlocked(true), () -> setBlocked(false));
    connection.addShutdownListener(
        signal -> {
          if (end.isEmpty()) {
            end = Trouble.name(signal);
          }
          tellFollowers();
        });
  }

  boolean isOpen() {
    return !wire.isCut() && connection.isOpen();
  }

  /** Why it is not open, in our own words. */
  String end() {
    return end;
  }

  /** Whether the broker takes no messages, for want of memory or disk. */
  boolean isBlocked() {
    return blocked;
  }

  /** Calls this, on the client's thread, when the link is blocked, unblocked or lost. */
  void follow(Runnable follower) {
    followers.add(follower);
  }

  void unfollow(Runnable follower) {
    followers.remove(follower);
  }

  /** Whether an exchange was there lately. */
  boolean isKnown(String exchange) {
    return known.contains(exchange);
  }

  void found(String exchange) {
    known.add(exchange);
  }

  void missed(String exchange) {
    known.remove(exchange);
  }

  /** The size up to which the broker is believed to take messages. */
  int provenSize() {
    return provenSize.get();
  }

  /** The broker took, or even only returned, a message of that size. */
  void took(int size) {
    provenSize.accumulateAndGet(size, Math::max);
  }

  /** The broker refused a message, for its size as far as one can tell. */
  void refused(int size) {
    provenSize.accumulateAndGet(size - 1, Math::min);
  }

  /** The broker said something. */
  void heard() {
    lastWord = clock.getAsLong();
  }

  /** Whether the broker said anything since a time of the clock. */
  boolean heardSince(long time) {
    return lastWord - time >= 0;
  }

  /**
   * An open lane, for one batch alone. Returns null when the broker allows no more channels, or
   * when the link is lost.
   */
  @Nullable Lane lane() {
    for (Lane next = idle.poll(); next != null; next = idle.poll()) {
      if (next.isOpen()) {
        return next;
      }
    }
    return newLane();
  }

  /** Takes back a lane on which nothing is on its way. */
  void giveBack(Lane lane) {
    lane.use(() -> {});
    if (idle.size() < MOST_IDLE) {
      idle.push(lane);
    } else {
      lane.close();
    }
  }

  /** Asks the broker for an answer, and drops the link when there is none. */
  void ask() {
    Lane lane = newLane();
    if (lane != null) {
      giveBack(lane);
    }
  }

  /** Gives the link up at once. */
  void drop(String reason) {
    if (isOpen()) {
      log.warn("The connection to RabbitMQ is given up: {}", reason);
      end = reason;
    }
    wire.cut();
    tellFollowers();
  }

  /** Closes the connection in good order, which takes an answer of the broker. */
  void close(int millis) {
    connection.abort(millis);
  }

  private @Nullable Lane newLane() {
    try {
      Channel channel = connection.createChannel();
      Lane lane = channel == null ? null : Lane.on(channel, this);
      heard();
      return lane;
    } catch (IOException | RuntimeException e) {
      drop(Trouble.name(e));
      return null;
    }
  }

  private void setBlocked(boolean now) {
    if (blocked != now) {
      blocked = now;
      log.warn("RabbitMQ {} this connection (memory or disk alarm)", now ? "blocks" : "unblocks");
    }
    tellFollowers();
  }

  private void tellFollowers() {
    followers.forEach(Runnable::run);
  }
}
