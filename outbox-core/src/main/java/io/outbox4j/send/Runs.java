package io.outbox4j.send;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The runs that a lane holds: of each line the rows that it claimed. One of them is under way, the
 * others wait for its acknowledgement; when it ends otherwise, the whole run does. Guarded by the
 * lane's lock.
 *
 * <p>A line is looked at when the last of its rows that are here is settled: who comes to a line in
 * the meantime need not look, because that look comes later.
 */
final class Runs {

  private static final class Run {
    private final Queue<Held> waiting = new ArrayDeque<>();
    private boolean underWay;
    private int unsettled;
    private Duration pause = Duration.ZERO;
  }

  private final Map<String, Run> runs = new HashMap<>();

  /** Whether rows of a line are here. */
  boolean holds(String line) {
    return runs.containsKey(line);
  }

  /** Takes a row behind those of its line. Returns whether it is to go now. */
  boolean add(Held held) {
    Run run = runs.computeIfAbsent(held.line().id(), line -> new Run());
    run.unsettled++;
    if (run.underWay) {
      run.waiting.add(held);
      return false;
    }
    run.underWay = true;
    run.pause = Duration.ZERO;
    return true;
  }

  /** The row that was under way is acknowledged. Returns the next, which is under way now. */
  @Nullable Held acknowledged(Held held) {
    Run run = run(held);
    Held next = run.waiting.poll();
    run.underWay = next != null;
    return next;
  }

  /**
   * The row that was under way is not acknowledged. Returns the rest of its run, which is over.
   *
   * @param pause how long the line has no message that is due, as far as is known
   */
  List<Held> stopped(Held held, Duration pause) {
    Run run = run(held);
    run.underWay = false;
    run.pause = pause;
    List<Held> rest = List.copyOf(run.waiting);
    run.waiting.clear();
    return rest;
  }

  /** A row is settled, or forgotten. Returns when to look at its line, if that is to be done. */
  Optional<Duration> settled(Held held) {
    Run run = run(held);
    run.unsettled--;
    if (run.unsettled > 0) {
      return Optional.empty();
    }
    runs.remove(held.line().id());
    return Optional.of(run.pause);
  }

  private Run run(Held held) {
    Run run = runs.get(held.line().id());
    if (run == null) {
      throw new IllegalStateException("no row of its line is here: " + held.row().message());
    }
    return run;
  }
}
