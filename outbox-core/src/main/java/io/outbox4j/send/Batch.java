package io.outbox4j.send;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were handed to a transport together. Takes the first result of each and ignores all
 * others; is over when every message has one and the transport has returned, so that a transport
 * that hangs can't gather threads without bound.
 */
final class Batch {

  /** Who is told. Called on whatever thread the transport reports from. */
  interface Listener {

    void result(Batch batch, Held held, SendResult result);

    void over(Batch batch);
  }

  /** Why a batch was made. */
  enum Kind {
    /** Messages to proven destinations. */
    PROVEN,
    /** One message for each of some destinations that are not proven. */
    TRIAL,
    /** One message to see whether the transport is back. */
    PROBE
  }

  final Kind kind;
  final long handedOver;
  private final List<OutgoingMessage> messages;
  private final Map<UUID, Held> open = new ConcurrentHashMap<>();
  private final Listener listener;
  private boolean returned;
  private boolean over;

  Batch(Kind kind, List<Held> rows, long now, Listener listener) {
    this.kind = kind;
    this.handedOver = now;
    this.listener = listener;
    this.messages = new ArrayList<>(rows.size());
    for (Held held : rows) {
      messages.add(held.row().message());
      open.put(held.row().message().id(), held);
    }
  }

  /** Hands the messages to the transport. */
  void send(Transport transport) {
    try {
      transport.send(messages, this::report);
    } catch (RuntimeException | Error e) {
      giveUp("the transport threw " + e.getClass().getName());
    } finally {
      synchronized (this) {
        returned = true;
      }
      checkOver();
    }
  }

  /** The transport was never called. */
  void refused(String reason) {
    for (OutgoingMessage message : messages) {
      report(message, SendResult.transportUnavailable(false, reason));
    }
    synchronized (this) {
      returned = true;
    }
    checkOver();
  }

  /** Takes the messages without a result as unavailable. */
  void giveUp(String reason) {
    for (OutgoingMessage message : messages) {
      report(message, SendResult.transportUnavailable(true, reason));
    }
  }

  /** Whether messages still have no result. */
  boolean isWaiting() {
    return !open.isEmpty();
  }

  private void report(OutgoingMessage message, SendResult result) {
    @Nullable Held held = open.remove(message.id());
    if (held != null) {
      listener.result(this, held, result);
      checkOver();
    }
  }

  private void checkOver() {
    synchronized (this) {
      if (over || !returned || !open.isEmpty()) {
        return;
      }
      over = true;
    }
    listener.over(this);
  }
}
