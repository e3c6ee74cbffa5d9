package io.outbox4j.send;

import io.outbox4j.SendSettings;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.LineStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches ordered rows for {@link CatchUp}, on its thread: looks at lines, claims their runs, and
 * lets the rows behind a dead head die where that is the policy.
 */
final class LineFetch {

  private static final Logger log = LoggerFactory.getLogger(LineFetch.class);
  private static final int PAGE = 500;
  private static final int MOST_DROPPED = 1_000;

  private final LineStore store;
  private final SendSettings settings;
  private final LongSupplier clock;

  LineFetch(LineStore store, SendSettings settings, LongSupplier clock) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
  }

  /** Fetches once: what was found due, and a page of the walk. */
  void fetch(Lane lane) {
    int room = Math.min(settings.batchSize(), Math.max(1, lane.room.freeMessages()));
    List<Held> claimed = new ArrayList<>();
    tryTo(lane, room, lines -> claim(lane, due(lane, lines), room, claimed));
    lane.offer(claimed);
  }

  /** Claims the heads of a few lines, and nothing behind them, to probe the transport with. */
  List<Held> probe(Lane lane, int most) {
    List<Held> claimed = new ArrayList<>();
    tryTo(
        lane,
        most,
        lines -> {
          List<DueLines.Line> due = due(lane, lines);
          claim(lane, due, due.size(), claimed);
        });
    return claimed;
  }

  private interface Attempt {
    void with(List<DueLines.Line> lines);
  }

  private void tryTo(Lane lane, int most, Attempt attempt) {
    List<DueLines.Line> lines = List.of();
    try {
      if (lane.dueLines.isWalking()) {
        walk(lane);
      }
      lines = lane.dueLines.take(most, clock.getAsLong());
      if (!lines.isEmpty()) {
        attempt.with(lines);
      }
      lane.dueLines.answered();
    } catch (RuntimeException | Error e) {
      if (lane.dueLines.failed(lines, clock.getAsLong())) {
        log.warn("Ordered messages can't be claimed ({}); trying again", e.getClass().getName());
      }
    }
  }

  private void walk(Lane lane) {
    List<LineHead> heads = store.headsAfter(lane.name, lane.dueLines.walkedTo(), PAGE);
    heads.forEach(head -> sort(lane, head));
    lane.dueLines.walked(heads.size() < PAGE ? null : heads.get(PAGE - 1).line());
  }

  /** What is claimed is there for the caller even when the look that follows fails. */
  private void claim(Lane lane, List<DueLines.Line> due, int limit, List<Held> claimed) {
    if (due.isEmpty()) {
      return;
    }
    long start = clock.getAsLong();
    List<ClaimedRow> rows =
        store.claimLines(
            lane.name,
            due.stream().map(DueLines.Line::id).toList(),
            limit,
            Math.max(1, lane.room.freeBytes()),
            settings.lease());
    Set<String> found = new HashSet<>();
    for (ClaimedRow row : rows) {
      Held each = Held.claimed(row, start, settings.lease(), lane.sendLimit());
      lane.room.add(each.size());
      claimed.add(each);
      found.add(each.line().id());
    }
    missed(lane, due.stream().filter(line -> !found.contains(line.id())).toList());
  }

  /** Which of the lines are to be claimed; a line that is only looked at is mostly empty. */
  private List<DueLines.Line> due(Lane lane, List<DueLines.Line> lines) {
    List<DueLines.Line> due = new ArrayList<>();
    List<String> looks = new ArrayList<>();
    for (DueLines.Line line : lines) {
      if (line.claim()) {
        due.add(line);
      } else {
        looks.add(line.id());
      }
    }
    for (LineHead head : looks.isEmpty() ? List.<LineHead>of() : store.heads(lane.name, looks)) {
      if (head.isDue()) {
        due.add(new DueLines.Line(head.line(), true, 0));
      } else {
        sort(lane, head);
      }
    }
    return due;
  }

  /** Only a plain read tells a line without a due head from one whose head is locked. */
  private void missed(Lane lane, List<DueLines.Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Map<String, DueLines.Line> byId = new LinkedHashMap<>();
    lines.forEach(line -> byId.put(line.id(), line));
    for (LineHead head : store.heads(lane.name, byId.keySet())) {
      DueLines.Line line = byId.get(head.line());
      if (line != null && head.isDue()) {
        lane.dueLines.missed(line, clock.getAsLong());
      } else {
        sort(lane, head);
      }
    }
  }

  private void sort(Lane lane, LineHead head) {
    if (head.isDue()) {
      lane.dueLines.claim(head.line());
    } else if (head.dropsFollowers()) {
      drop(lane, head);
    } else if (!head.dead() && head.dueIn().compareTo(settings.pollInterval()) <= 0) {
      // What is due later than the next poll is found by the walk that begins there.
      lane.dueLines.dueIn(head.line(), head.dueIn(), clock.getAsLong());
    }
  }

  private void drop(Lane lane, LineHead head) {
    try {
      int dropped = store.dropFollowers(head, MOST_DROPPED);
      lane.dropped(head, dropped);
      if (dropped == MOST_DROPPED) {
        lane.dueLines.look(head.line());
      }
    } catch (RuntimeException e) {
      // The next walk comes by again; the others on this one must not wait.
      log.warn(
          "The messages behind the dead message {} can't be dropped now ({})",
          head.id(),
          e.getClass().getName());
    }
  }
}
