package io.outbox4j.send;

import io.outbox4j.SendSettings;
import io.outbox4j.TransportStatus;
import io.outbox4j.spi.HandOver;
import io.outbox4j.spi.Job;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Sends what was published: from memory right after the commit, from the table when there was no
 * room, no broker, or no publisher left.
 *
 * <p>Threads: one dispatcher a transport ({@code outbox-dispatch-*}), up to twice {@link
 * SendSettings#batchesInFlight} workers a transport ({@code outbox-send-*}) that call it, one
 * settler ({@code outbox-settle}) and one that fetches ({@code outbox-catch-up}). The last two are
 * the only ones that use the database, each with one connection at a time, and hold nothing else
 * meanwhile.
 */
public final class Sender implements HandOver {

  /**
   * What lanes share.
   *
   * @param settings how to send
   * @param settler writes outcomes
   * @param retries what follows a rejection
   * @param metrics counts
   * @param clock the monotonic clock, in nanoseconds
   * @param wakeCatchUp looks again at lanes that are behind
   */
  record Parts(
      SendSettings settings,
      Settler settler,
      Retries retries,
      OutboxMetrics metrics,
      LongSupplier clock,
      Runnable wakeCatchUp) {}

  private final SendSettings settings;
  private final LongSupplier clock;
  private final InstantSource wallClock;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final CatchUp catchUp;
  private final Settler settler;
  private final Compensator compensator;
  private final ExecutorService workers = Executors.newCachedThreadPool(threads("outbox-send-"));
  private final List<Thread> loops = new ArrayList<>();
  private final Thread catchUpThread;

  /** Creates a sender that does nothing until it is started. */
  public Sender(SendWiring wiring) {
    this(wiring, System::nanoTime);
  }

  Sender(SendWiring wiring, LongSupplier clock) {
    SendStore store = wiring.store();
    this.settings = wiring.settings();
    this.clock = clock;
    this.wallClock = wiring.clock();
    this.catchUp = new CatchUp(store, settings, clock);
    this.settler = new Settler(store, clock, catchUp::wake, new Reports(wiring.listeners()));
    Retries retries = new Retries(wiring.retries(), settings.retry(), wiring.clock());
    Parts parts = new Parts(settings, settler, retries, wiring.metrics(), clock, catchUp::wake);
    wiring
        .transports()
        .forEach((name, transport) -> lanes.put(name, new Lane(name, transport, parts)));
    this.catchUpThread = loop("outbox-catch-up", () -> catchUp.run(lanes.values(), workers));
    lanes
        .values()
        .forEach(lane -> loop("outbox-dispatch-" + lane.name, () -> lane.dispatch(workers)));
    this.compensator =
        new Compensator(
            store, lanes.values(), settings.pollInterval(), settings.lease(), catchUp::wake, clock);
  }

  /**
   * What is wrong with the settings: grace and lease must leave time for an answer.
   *
   * @return one sentence for each problem
   */
  public static List<String> problems(SendSettings settings, Map<String, Transport> transports) {
    List<String> problems = new ArrayList<>();
    transports.forEach(
        (name, transport) -> {
          Duration least = transport.sendLimit().multipliedBy(2);
          if (settings.grace().compareTo(least) <= 0) {
            problems.add(tooShort("grace", settings.grace(), name, transport.sendLimit()));
          }
          if (settings.lease().compareTo(least) <= 0) {
            problems.add(tooShort("lease", settings.lease(), name, transport.sendLimit()));
          }
        });
    return problems;
  }

  private static String tooShort(String what, Duration value, String transport, Duration limit) {
    return "outbox.send.%s is %s, but must be longer than twice the send limit of transport %s (%s)"
        .formatted(what, value, transport, limit);
  }

  /** Starts the threads. */
  public void start() {
    settler.start();
    loops.forEach(Thread::start);
  }

  private Thread loop(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    loops.add(thread);
    return thread;
  }

  /** The job that looks for rows that are due. */
  public Job compensator() {
    return compensator;
  }

  @Override
  public Reservation reserve(List<SendRow> rows) {
    long start = clock.getAsLong();
    List<NewRow> newRows = new ArrayList<>(rows.size());
    for (SendRow row : rows) {
      boolean kept =
          row.retry()
              && row.line() == null
              && row.timing().isAny()
              && lane(row).reserve(row.message().size());
      newRows.add(kept ? NewRow.kept(row, settings.grace()) : NewRow.due(row));
    }
    return new Reserved(newRows, start);
  }

  private Lane lane(SendRow row) {
    Lane lane = lanes.get(row.transport());
    if (lane == null) {
      throw new IllegalArgumentException("no transport is named " + row.transport());
    }
    return lane;
  }

  @Override
  public void released() {
    wake();
  }

  /** How each transport is doing. */
  public Map<String, TransportStatus> status() {
    Map<String, TransportStatus> status = new LinkedHashMap<>();
    lanes.forEach((name, lane) -> status.put(name, lane.status()));
    return status;
  }

  /** Whether no message is in memory and every outcome is written. */
  public boolean isIdle() {
    return lanes.values().stream().allMatch(Lane::isIdle) && settler.isIdle();
  }

  /** Looks for due rows now. */
  public void wake() {
    for (Lane lane : lanes.values()) {
      lane.behind.set();
      lane.dueLines.walk();
    }
    catchUp.wake();
  }

  /**
   * Stops: takes no more messages, waits for those on their way, writes their outcomes, and leaves
   * the rest to the table.
   *
   * @param limit the longest wait
   */
  public void stop(Duration limit) {
    long end = clock.getAsLong() + limit.toNanos();
    catchUp.stop();
    try {
      lanes.values().forEach(Lane::close);
      for (Lane lane : lanes.values()) {
        lane.awaitEnd(Duration.ofNanos(Math.max(0, end - clock.getAsLong())));
      }
      // Without a settler what it is just claiming could not be let go.
      catchUpThread.join(atLeastASecondUntil(end).toMillis());
      settler.stop(atLeastASecondUntil(end));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loops.forEach(Thread::interrupt);
    workers.shutdownNow();
  }

  private Duration atLeastASecondUntil(long end) {
    return Duration.ofNanos(Math.max(Duration.ofSeconds(1).toNanos(), end - clock.getAsLong()));
  }

  private static ThreadFactory threads(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Rows between their INSERT and the end of their transaction. */
  private final class Reserved implements Reservation {

    private final List<NewRow> rows;
    private final long start;

    Reserved(List<NewRow> rows, long start) {
      this.rows = rows;
      this.start = start;
    }

    @Override
    public List<NewRow> rows() {
      return rows;
    }

    @Override
    public void committed() {
      Map<Lane, List<Held>> kept = new LinkedHashMap<>();
      boolean due = false;
      for (NewRow row : rows) {
        Lane lane = lane(row.row());
        Line line = row.row().line();
        if (line != null) {
          lane.published(line.id(), delay(row));
          due = true;
        } else if (row.claims() == 0) {
          lane.behind.dueIn(delay(row), clock.getAsLong());
          due = true;
        } else {
          Held held = Held.born(row.row(), row.claims(), start, settings.grace(), lane.sendLimit());
          kept.computeIfAbsent(lane, l -> new ArrayList<>()).add(held);
        }
      }
      kept.forEach(Lane::offer);
      if (due) {
        catchUp.wake();
      }
    }

    /** By this node's clock; if it is another than the database's, the compensator corrects it. */
    private Duration delay(NewRow row) {
      return row.row().timing().delay(wallClock.instant());
    }

    @Override
    public void forget() {
      for (NewRow row : rows) {
        if (row.claims() > 0) {
          lane(row.row()).room.release(row.row().message().size());
        }
      }
      // What was committed meanwhile may have found no room.
      catchUp.wake();
    }
  }
}
