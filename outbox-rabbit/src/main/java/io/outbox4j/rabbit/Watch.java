package io.outbox4j.rabbit;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How many results of a batch are missing, and how much time is left for them. The caller and the
 * thread that sends wait here for each other, and for the broker's words.
 */
final class Watch {

  private final Times times;
  private final LongSupplier clock;
  private final long start;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int open;
  private long end;

  /** When it is looked again for what is late. */
  private long look;

  private boolean ended;
  private boolean woken;
  private boolean landed;

  Watch(int messages, Times times, LongSupplier clock) {
    this.open = messages;
    this.times = times;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.end = start + times.giveUpAfter().toNanos();
    this.look = start + times.askAfter().toNanos();
  }

  /** The clock's time so long after the start. */
  long startPlus(long nanos) {
    return start + nanos;
  }

  /** Whether results are missing. */
  boolean isOpen() {
    lock.lock();
    try {
      return open > 0 && !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Whether results are missing, and there is time left for them. */
  boolean isUnderWay() {
    return isOpen() && nanosLeft() > 0;
  }

  long nanosLeft() {
    lock.lock();
    try {
      return end - clock.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is time to look for what is late; the next time is a while from now then. */
  boolean isTimeToLook() {
    lock.lock();
    try {
      boolean now = nanosUntilLook() <= 0;
      if (now) {
        look = clock.getAsLong() + times.lookEvery().toNanos();
      }
      return now;
    } finally {
      lock.unlock();
    }
  }

  /** One result is there. */
  void reported() {
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

  /** Nothing more is waited for. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The thread that sends is done. */
  void land() {
    lock.lock();
    try {
      landed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The thread that sends may have something to do. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives a blocked connection less time, and an unblocked one all that there was. */
  void setBlocked(boolean blocked) {
    lock.lock();
    try {
      long full = start + times.giveUpAfter().toNanos();
      end = blocked ? Math.min(end, clock.getAsLong() + times.grace().toNanos()) : full;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The caller waits for all results, and for the other thread, which has cleaned up then. */
  void awaitResults() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!ended && nanosLeft() > 0 && (open > 0 || !landed)) {
        changed.awaitNanos(nanosLeft());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The thread that sends waits until it has something to do. */
  void awaitChange() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!woken && isUnderWay() && nanosUntilLook() > 0) {
        changed.awaitNanos(Math.min(nanosUntilLook(), nanosLeft()));
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  private long nanosUntilLook() {
    return look - clock.getAsLong();
  }
}
