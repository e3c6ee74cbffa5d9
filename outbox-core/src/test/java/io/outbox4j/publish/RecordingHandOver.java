package io.outbox4j.publish;

import io.outbox4j.spi.HandOver;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what was reserved and how it ended. */
final class RecordingHandOver implements HandOver {

  final List<String> committed = new CopyOnWriteArrayList<>();
  final List<String> forgotten = new CopyOnWriteArrayList<>();
  final AtomicInteger reservations = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();

  final AtomicInteger released = new AtomicInteger();

  @Override
  public void released() {
    released.incrementAndGet();
  }

  /** Topics of a reservation that ended twice, or not yet. */
  int open() {
    return open.get();
  }

  void reset() {
    committed.clear();
    forgotten.clear();
    reservations.set(0);
    open.set(0);
  }

  @Override
  public Reservation reserve(List<SendRow> rows) {
    reservations.incrementAndGet();
    open.incrementAndGet();
    List<SendRow> kept = new ArrayList<>(rows);
    return new Reservation() {
      @Override
      public List<NewRow> rows() {
        return kept.stream().map(row -> NewRow.kept(row, Duration.ofMinutes(1))).toList();
      }

      @Override
      public void committed() {
        end(committed, kept);
      }

      @Override
      public void forget() {
        end(forgotten, kept);
      }
    };
  }

  private void end(List<String> list, List<SendRow> rows) {
    open.decrementAndGet();
    rows.forEach(row -> list.add(row.message().topic()));
  }
}
