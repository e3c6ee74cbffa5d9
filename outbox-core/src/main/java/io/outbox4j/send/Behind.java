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

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final long NEVER = Long.MAX_VALUE;

  private boolean set;
  private boolean alarmed;
  private long alarm;
  private final Pause missed = new Pause(Duration.ofMillis(1), Duration.ofSeconds(1));
  private final Pause failed = new Pause(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** Rows are due. */
  synchronized void set() {
    set = true;
  }

  /** A row will be due. */
  synchronized void dueIn(Duration delay, long now) {
    long at = now + nanos(delay);
    if (!alarmed || at - alarm < 0) {
      alarmed = true;
      alarm = at;
    }
  }

  /** At most a day: whoever looks earlier finds out how much of the delay is left. */
  private static long nanos(Duration delay) {
    return delay.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : delay.toNanos();
  }

  /** How long until a claim makes sense, zero or less for now, as far as is known. */
  synchronized long until(long now) {
    if (!set && !alarmed) {
      return NEVER;
    }
    long wait = set ? 0 : alarm - now;
    return Math.max(wait, Math.max(missed.left(now), failed.left(now)));
  }

  /** A claim is about to be issued. */
  synchronized void clear(long now) {
    set = false;
    alarmed &= alarm - now > 0;
  }

  /** The claim found rows: there may be more. */
  synchronized void found() {
    set = true;
    missed.end();
    failed.end();
  }

  /** The claim found nothing, and nothing is due. */
  synchronized void caughtUp() {
    missed.end();
    failed.end();
  }

  /** The claim found nothing although rows are due: they were locked. */
  synchronized void missed(long now) {
    set = true;
    missed.begin(now);
    failed.end();
  }

  /** The database failed. Returns whether it had not failed the last time. */
  synchronized boolean failed(long now) {
    set = true;
    return failed.begin(now);
  }
}
