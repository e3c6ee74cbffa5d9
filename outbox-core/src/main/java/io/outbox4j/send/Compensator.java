package io.outbox4j.send;

import io.outbox4j.spi.Job;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Unsent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Looks for rows that are due: unsent for longer than their grace because of a crash, or left by
 * another node. Any number of nodes may look at once; claims keep them apart.
 */
final class Compensator implements Job {

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private final SendStore store;
  private final Collection<Lane> lanes;
  private final Duration interval;
  private final Duration lease;
  private final Runnable wakeCatchUp;
  private final LongSupplier clock;

  Compensator(
      SendStore store,
      Collection<Lane> lanes,
      Duration interval,
      Duration lease,
      Runnable wakeCatchUp,
      LongSupplier clock) {
    this.store = store;
    this.lanes = lanes;
    this.interval = interval;
    this.lease = lease;
    this.wakeCatchUp = wakeCatchUp;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "compensate";
  }

  @Override
  public Duration interval() {
    return interval;
  }

  /** What is due later is delayed, and nobody is sending it. */
  private boolean isSoon(Duration due) {
    return due.compareTo(lease) <= 0;
  }

  @Override
  public Duration run() {
    Duration next = interval;
    boolean found = false;
    for (Lane lane : lanes) {
      Unsent unsent = store.unsent(List.of(lane.name));
      if (unsent.lines()) {
        lane.dueLines.walk();
        found = true;
      } else if (unsent.nextDue().filter(this::isSoon).isEmpty() && lane.breaker.isOpen()) {
        // Those that opened the breaker were sent by somebody: there is nothing left to probe with.
        lane.breaker.alive(clock.getAsLong());
      }
      Duration due = unsent.nextDue().orElse(interval);
      if (due.isZero()) {
        lane.behind.set();
        found = true;
      } else if (due.compareTo(next) < 0) {
        next = due;
      }
    }
    if (found) {
      wakeCatchUp.run();
    }
    return next.compareTo(SHORTEST_PAUSE) > 0 ? next : SHORTEST_PAUSE;
  }
}
