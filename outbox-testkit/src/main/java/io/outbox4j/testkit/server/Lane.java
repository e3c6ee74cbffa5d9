package io.outbox4j.testkit.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a proxy: the faults that are set, and what they do to bytes. Each pump asks here
 * before it writes; a waiting one wakes up whenever a fault is set or healed and judges anew.
 */
final class Lane {

  /** What happens to bytes. */
  enum Verdict {
    PASS,
    DROP,
    CUT
  }

  /**
   * One direction of one connection. What it lost once makes the rest meaningless: nothing more
   * passes.
   */
  interface Flow {
    boolean isOpen();

    boolean hasLost();

    void lose();
  }

  private static final int SLICES_PER_SECOND = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stalled;
  private boolean swallowing;
  private boolean cutAtNext;
  private long delayNanos;
  private long bytesPerSecond;
  private long freeAt = System.nanoTime();
  private long bytes;

  void delay(Duration delay) {
    change(() -> delayNanos = delay.toNanos());
  }

  void throttle(long limit) {
    change(() -> bytesPerSecond = limit);
  }

  void stall() {
    change(() -> stalled = true);
  }

  void swallow() {
    change(() -> swallowing = true);
  }

  void cutAtNext() {
    change(() -> cutAtNext = true);
  }

  void heal() {
    change(
        () -> {
          stalled = false;
          swallowing = false;
          cutAtNext = false;
          delayNanos = 0;
          bytesPerSecond = 0;
          freeAt = System.nanoTime();
        });
  }

  /** Makes waiting pumps look again whether their connection is open. */
  void wakeUp() {
    change(() -> {});
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Counts bytes that have just been read and tells when that was. */
  long arrived(int length) {
    change(() -> bytes += length);
    return System.nanoTime();
  }

  /** How many bytes to pass on at once, so that a throttled lane flows evenly. */
  int slice() {
    lock.lock();
    try {
      return bytesPerSecond == 0
          ? Integer.MAX_VALUE
          : (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytesPerSecond / SLICES_PER_SECOND));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits as long as the faults say.
   *
   * @param length how many bytes, 0 for the end of the stream
   * @param arrived when they were read
   * @param flow their connection
   */
  Verdict judge(int length, long arrived, Flow flow) throws InterruptedException {
    lock.lock();
    try {
      boolean paced = false;
      long due = arrived;
      while (true) {
        if (!flow.isOpen()) {
          return Verdict.CUT;
        }
        if (swallowing || flow.hasLost()) {
          // Under the lock, so that a heal sees either the mark or bytes that passed.
          flow.lose();
          return Verdict.DROP;
        }
        if (cutAtNext && length > 0) {
          cutAtNext = false;
          return Verdict.CUT;
        }
        if (stalled) {
          changed.await();
          continue;
        }
        if (bytesPerSecond > 0 && !paced) {
          paced = true;
          freeAt =
              Math.max(freeAt, System.nanoTime())
                  + TimeUnit.SECONDS.toNanos(length) / bytesPerSecond;
          due = freeAt;
        }
        // Healed meanwhile: neither the delay nor the pace holds any more.
        long until = Math.max(bytesPerSecond > 0 ? due : arrived, arrived + delayNanos);
        long rest = until - System.nanoTime();
        if (rest <= 0) {
          return Verdict.PASS;
        }
        changed.awaitNanos(rest);
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
