package io.outbox4j.send;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a lane that may have a message to send, as far as this node knows: {@link Behind}
 * for ordered rows.
 *
 * <p>A line is added <b>after</b> the commit of what it stands for and taken out <b>before</b> the
 * statement that looks is issued. What finds no place here is found by the next walk from line to
 * line, which the {@link Compensator} begins.
 *
 * <p>All times are of the monotonic clock, in nanoseconds. Thread-safe.
 */
final class DueLines {

  /**
   * A line to be asked for.
   *
   * @param claim whether to claim at once; else a plain read comes first, because often nothing is
   *     there
   * @param misses how often in a row it was due and could not be claimed
   */
  record Line(String id, boolean claim, int misses) {

    private Line and(Line other) {
      return new Line(id, claim || other.claim, Math.max(misses, other.misses));
    }
  }

  private record Alarm(Line line, long at) {}

  private static final int MOST = 10_000;

  /** A line that was missed as often is asked for alone: beside others it may find no room. */
  private static final int ALONE = 3;

  private static final long LONGEST_MISS = Duration.ofSeconds(1).toNanos();
  private static final long NEVER = Long.MAX_VALUE;

  private final Pause pause = new Pause(Duration.ofMillis(100), Duration.ofSeconds(5));
  private final Map<String, Line> now = new LinkedHashMap<>();
  private final Map<String, Alarm> alarms = new HashMap<>();
  private final PriorityQueue<Alarm> nextAlarm =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::at));
  private boolean walking;
  private boolean walkAgain;
  private @Nullable String walkedTo;

  /** The head of the line is due, or may be. */
  synchronized void claim(String line) {
    add(new Line(line, true, 0));
  }

  /** A row left the line: another may be its head. */
  synchronized void look(String line) {
    if (!now.containsKey(line)) {
      add(new Line(line, false, 0));
    }
  }

  /** The head of the line will be due. */
  synchronized void dueIn(String line, Duration delay, long time) {
    alarm(new Line(line, true, 0), time + delay.toNanos());
  }

  /** The head of the line is due, but could not be claimed: it is locked, or there was no room. */
  synchronized void missed(Line line, long time) {
    long pause =
        Math.min(LONGEST_MISS, Duration.ofMillis(1L << Math.min(10, line.misses)).toNanos());
    alarm(new Line(line.id, true, line.misses + 1), time + pause);
  }

  /** The database failed when it was asked for these lines. Returns whether this is news. */
  synchronized boolean failed(List<Line> lines, long time) {
    lines.forEach(this::add);
    return pause.begin(time);
  }

  /** The database answered. */
  synchronized void answered() {
    pause.end();
  }

  private void add(Line line) {
    if (now.size() < MOST || now.containsKey(line.id)) {
      now.merge(line.id, line, Line::and);
    } else {
      walk();
    }
  }

  /** An earlier alarm stays. */
  private void alarm(Line line, long at) {
    Alarm known = alarms.get(line.id);
    if (known != null && known.at - at <= 0) {
      return;
    }
    if (known != null) {
      nextAlarm.remove(known);
    } else if (alarms.size() >= MOST) {
      walk();
      return;
    }
    Alarm alarm = new Alarm(line, at);
    alarms.put(line.id, alarm);
    nextAlarm.add(alarm);
  }

  /** Walks from line to line, from the first one on, now or after the walk that is going on. */
  synchronized void walk() {
    walkAgain = walking;
    walking = true;
  }

  /** Forgets all lines but not the walk, which finds them. */
  synchronized void clear() {
    now.clear();
    alarms.clear();
    nextAlarm.clear();
    walk();
  }

  /** How long until a look makes sense, zero or less for now. */
  synchronized long until(long time) {
    Alarm next = nextAlarm.peek();
    long wait = !now.isEmpty() || walking ? 0 : next == null ? NEVER : next.at - time;
    return Math.max(wait, pause.left(time));
  }

  /** Takes out lines that are to be asked for now. */
  synchronized List<Line> take(int limit, long time) {
    while (!nextAlarm.isEmpty() && nextAlarm.peek().at - time <= 0) {
      Alarm alarm = nextAlarm.remove();
      alarms.remove(alarm.line.id);
      now.merge(alarm.line.id, alarm.line, Line::and);
    }
    List<Line> taken = new ArrayList<>(Math.min(limit, now.size()));
    Iterator<Line> lines = now.values().iterator();
    while (lines.hasNext() && taken.size() < limit) {
      Line line = lines.next();
      boolean alone = line.misses >= ALONE;
      if (alone && !taken.isEmpty()) {
        break;
      }
      taken.add(line);
      lines.remove();
      if (alone) {
        break;
      }
    }
    return taken;
  }

  /** Whether the walk is to go on: it waits while there is much to claim. */
  synchronized boolean isWalking() {
    return walking && now.size() < MOST / 2;
  }

  /** The line after which the walk goes on, or null for the first. */
  synchronized @Nullable String walkedTo() {
    return walkedTo;
  }

  /** The walk came to a line, or, with null, to its end. */
  synchronized void walked(@Nullable String line) {
    walkedTo = line;
    if (line == null) {
      walking = walkAgain;
      walkAgain = false;
    }
  }
}
