package io.outbox4j.send;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a transport takes messages at all.
 *
 * <p>It opens when the transport is reported unavailable, or says nothing for the length of its
 * patience, and showed no sign of life since the message in question was handed over. While it is
 * open, one probe at a time goes through. Any acknowledgement, or word of a single destination,
 * closes it.
 *
 * <p>All times are of the monotonic clock, in nanoseconds. Thread-safe.
 */
final class Breaker {

  private static final long FIRST_PAUSE = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(2).toNanos();

  private final long patience;
  private long lastAlive;
  private boolean open;
  private boolean probing;
  private long pause = FIRST_PAUSE;
  private long nextProbe;
  private @Nullable String reason;

  Breaker(Duration patience, long now) {
    this.patience = patience.toNanos();
    this.lastAlive = now;
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized @Nullable String reason() {
    return reason;
  }

  /** The transport showed a sign of life: closes. Returns whether it was open. */
  synchronized boolean alive(long now) {
    boolean wasOpen = open;
    lastAlive = now;
    open = false;
    reason = null;
    pause = FIRST_PAUSE;
    return wasOpen;
  }

  /** The transport is unavailable to a message. Returns whether this opened the breaker. */
  synchronized boolean unavailable(long handedOver, long now, String why) {
    return lastAlive - handedOver <= 0 && opens(now, why);
  }

  /** The oldest message on its way has no result yet. Returns whether this opened the breaker. */
  synchronized boolean waiting(long handedOver, long now) {
    return lastAlive - handedOver <= 0
        && now - handedOver >= patience
        && opens(now, "no answer for " + Duration.ofNanos(patience));
  }

  private boolean opens(long now, String why) {
    reason = why;
    if (open) {
      return false;
    }
    open = true;
    nextProbe = now + pause;
    return true;
  }

  /** How long until a probe may go through; zero or less when it may now. */
  synchronized long untilProbe(long now) {
    return probing ? Long.MAX_VALUE : nextProbe - now;
  }

  /** A claim is about to be issued. Returns whether it is for a probe, which has begun then. */
  synchronized boolean startProbeIfOpen() {
    probing |= open;
    return open;
  }

  synchronized void probeEnded(long now) {
    probing = false;
    pause = Math.min(LONGEST_PAUSE, pause * 2);
    nextProbe = now + pause;
  }
}
