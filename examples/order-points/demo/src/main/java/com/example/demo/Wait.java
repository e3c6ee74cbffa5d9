package com.example.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, at most so long. */
final class Wait {

  private Wait() {}

  /** Asks every few milliseconds; an exception of the condition means not yet. */
  static boolean until(Duration limit, Duration pause, Callable<Boolean> condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(pause.toNanos());
    }
    return true;
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Exception e) {
      return false;
    }
  }
}
