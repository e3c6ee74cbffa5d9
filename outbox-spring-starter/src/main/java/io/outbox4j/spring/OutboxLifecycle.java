package io.outbox4j.spring;

import io.outbox4j.assembly.Outbox4j;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the outbox before whatever uses it (listener containers, web servers, schedulers) and
 * stops it after them, so that what their last work published is still sent.
 */
final class OutboxLifecycle implements SmartLifecycle {

  /** Below the web server's phases (down to MAX_VALUE - 2048) and all listener containers'. */
  static final int PHASE = Integer.MAX_VALUE - 4096;

  private final Outbox4j outbox;
  private final AtomicBoolean running = new AtomicBoolean();

  OutboxLifecycle(Outbox4j outbox) {
    this.outbox = outbox;
  }

  @Override
  public void start() {
    if (running.compareAndSet(false, true)) {
      outbox.start();
    }
  }

  @Override
  public void stop() {
    if (running.compareAndSet(true, false)) {
      outbox.close();
    }
  }

  /** On a thread of its own: Spring counts the phase's time-out while it waits for the callback. */
  @Override
  public void stop(Runnable callback) {
    Thread thread =
        new Thread(
            () -> {
              try {
                stop();
              } finally {
                callback.run();
              }
            },
            "outbox-stop");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public boolean isRunning() {
    return running.get();
  }

  @Override
  public boolean isPauseable() {
    return false;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
