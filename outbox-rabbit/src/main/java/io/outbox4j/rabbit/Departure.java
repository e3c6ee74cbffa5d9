package io.outbox4j.rabbit;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import org.jspecify.annotations.Nullable;

/** One message of a batch, with its one result. */
final class Departure {

  final OutgoingMessage message;
  final Publication publication;
  private final Flight flight;
  private @Nullable Trouble returned;
  private boolean onItsWay;
  private boolean inDoubt;
  private boolean settled;

  Departure(Flight flight, OutgoingMessage message, Publication publication) {
    this.flight = flight;
    this.message = message;
    this.publication = publication;
  }

  /** How many bytes the broker counts against its limit. */
  int size() {
    return publication.body().length;
  }

  /** Whether the message may be handed to the client now, which it counts as from here on. */
  synchronized boolean depart() {
    onItsWay = !settled;
    return onItsWay;
  }

  /** Whether it was handed to the client, and its channel lives as far as one knows. */
  synchronized boolean isOnItsWay() {
    return onItsWay;
  }

  /** The client took nothing. */
  synchronized void stay() {
    onItsWay = false;
  }

  /** The channel ended without a word about this message: it goes again. */
  synchronized void repeat() {
    onItsWay = false;
    inDoubt = true;
    // The next time it may find a queue.
    returned = null;
  }

  /** The broker found no queue for it; its confirm follows. */
  synchronized void returned(Trouble trouble) {
    returned = trouble;
  }

  /** The broker's word about it. */
  void confirmed(boolean taken) {
    Trouble trouble;
    synchronized (this) {
      trouble = returned;
    }
    if (!taken) {
      fail(Trouble.NACK, true, "");
    } else if (trouble != null) {
      fail(trouble, false, "");
    } else {
      complete(SendResult.acknowledged(null));
    }
  }

  /**
   * Fails the message.
   *
   * @param mayHaveArrived whether it may have reached a queue this time
   */
  void fail(Trouble trouble, boolean mayHaveArrived, String detail) {
    boolean doubt;
    synchronized (this) {
      doubt = inDoubt;
    }
    complete(trouble.result(doubt || mayHaveArrived, detail));
  }

  /** Fails the message, which may have arrived if it was handed to the client. */
  void giveUp(Trouble trouble, String detail) {
    SendResult last;
    synchronized (this) {
      last = trouble.result(inDoubt || onItsWay, detail);
      if (settled) {
        return;
      }
      settled = true;
    }
    flight.report(this, last);
  }

  private void complete(SendResult result) {
    synchronized (this) {
      if (settled) {
        return;
      }
      settled = true;
    }
    flight.report(this, result);
  }
}
