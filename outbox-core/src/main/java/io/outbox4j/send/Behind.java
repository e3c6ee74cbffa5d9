package io.outbox4j.send;

import java.time.Duration;

/**
 * Whether rows of a lane are due in the table, as far as this node knows, and when to look.
 *
 * <p>It is set <b>after</b> the commit of what it stands for, and cleared <b>before</b> a claim is
 * issued: cleared afterwards, a row that was born due meanwhile would be forgotten. A claim that
 * finds nothing although rows are due met the locks of somebody else: it is set again, with a
 * pause.
 *
 * <p>All times are of the monotonic clock, in nanoseconds. Thread-safe.
 */
final class Behind {

  private static final long LONGEST_MISS = Duration.ofSeconds(1).toNanos();
  private static final long FIRST_FAILURE = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_FAILURE = Duration.ofSeconds(5).toNanos();
  private static final long NEVER = Long.MAX_VALUE;

  private boolean set;
  private boolean alarmed;
  private long alarm;
  private boolean pausing;
  private long pauseUntil;
  private int misses;
  private int failures;

  /** Rows are due. */
  synchronized void set() {
    set = true;
  }

  /** A row will be due. */
  synchronized void dueIn(Duration delay, long now) {
    long at = now + delay.toNanos();
    if (!alarmed || at - alarm < 0) {
      alarmed = true;
      alarm = at;
    }
  }

  /** How long until a claim makes sense, zero or less for now, as far as is known. */
  synchronized long until(long now) {
    if (!set && !alarmed) {
      return NEVER;
    }
    long wait = set ? 0 : alarm - now;
    return pausing ? Math.max(wait, pauseUntil - now) : wait;
  }

  /** A claim is about to be issued. */
  synchronized void clear(long now) {
    set = false;
    alarmed &= alarm - now > 0;
    pausing = false;
  }

  /** The claim found rows: there may be more. */
  synchronized void found() {
    set = true;
    misses = 0;
    failures = 0;
  }

  /** The claim found nothing, and nothing is due. */
  synchronized void caughtUp() {
    misses = 0;
    failures = 0;
  }

  /** The claim found nothing although rows are due: they were locked. */
  synchronized void missed(long now) {
    set = true;
    failures = 0;
    pause(now, Math.min(LONGEST_MISS, Duration.ofMillis(1L << Math.min(10, misses++)).toNanos()));
  }

  /** The database failed. Returns whether it had not failed the last time. */
  synchronized boolean failed(long now) {
    set = true;
    pause(now, Math.min(LONGEST_FAILURE, FIRST_FAILURE << Math.min(6, failures)));
    return failures++ == 0;
  }

  private void pause(long now, long nanos) {
    pausing = true;
    pauseUntil = now + nanos;
  }
}
