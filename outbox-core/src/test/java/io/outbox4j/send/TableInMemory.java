package io.outbox4j.send;

import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import io.outbox4j.spi.Unsent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;

/** The rules of {@link SendStore}, in memory, with switches for bad days. */
final class TableInMemory implements SendStore {

  /** What nanoseconds can count. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final InstantSource CLOCK = InstantSource.system();

  static final int UNSENT = 0;
  static final int SENT = 1;
  static final int DEAD = 2;

  static final class Row {
    final SendRow row;
    int status;
    int claims;
    int resolved;
    int attempts;
    long due;
    @Nullable String error;
    @Nullable String line;

    Row(NewRow born, long now) {
      row = born.row();
      line = born.row().line() == null ? null : born.row().line().id();
      claims = born.claims();
      due = now + (row.timing().notBefore() == null ? born.dueIn() : delay()).toNanos();
    }

    private Duration delay() {
      Duration delay = row.timing().delay(CLOCK.instant());
      return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    private ClaimedRow claimed() {
      Instant expiresAt = row.timing().expiresAt();
      Duration expiresIn = expiresAt == null ? null : Duration.between(CLOCK.instant(), expiresAt);
      return new ClaimedRow(row, claims, resolved, attempts, expiresIn);
    }
  }

  private final Map<UUID, Row> rows = new LinkedHashMap<>();
  final AtomicInteger claims = new AtomicInteger();
  final AtomicInteger lineClaims = new AtomicInteger();
  final AtomicInteger looks = new AtomicInteger();
  final AtomicInteger settles = new AtomicInteger();
  final AtomicInteger peeks = new AtomicInteger();
  volatile boolean claimsFail;
  volatile boolean settlesFail;

  /** Whether what fails does so as only the JVM does. */
  volatile boolean failsWithErrors;

  volatile boolean locked;
  private volatile CountDownLatch settlesMayGo = new CountDownLatch(0);
  private volatile CountDownLatch claimsMayReturn = new CountDownLatch(0);

  @Override
  public String application() {
    return "test";
  }

  @Override
  public void vet(SendRow row) {}

  @Override
  public synchronized void append(List<NewRow> born) {
    born.forEach(row -> rows.put(row.row().message().id(), new Row(row, System.nanoTime())));
  }

  @Override
  public List<ClaimedRow> claimDue(String transport, int limit, long maxBytes, Duration lease) {
    List<ClaimedRow> claimed = claim(transport, limit, maxBytes, lease);
    await(claimsMayReturn);
    return claimed;
  }

  private synchronized List<ClaimedRow> claim(
      String transport, int limit, long maxBytes, Duration lease) {
    claims.incrementAndGet();
    failIf(claimsFail);
    long now = System.nanoTime();
    List<ClaimedRow> claimed = new ArrayList<>();
    long bytes = 0;
    for (Row row : locked ? List.<Row>of() : due(List.of(transport))) {
      bytes += row.row.message().size();
      if (row.due > now || claimed.size() >= limit || (!claimed.isEmpty() && bytes > maxBytes)) {
        break;
      }
      row.claims++;
      row.due = now + lease.toNanos();
      claimed.add(row.claimed());
    }
    return claimed;
  }

  @Override
  public synchronized Unsent unsent(Collection<String> transports) {
    peeks.incrementAndGet();
    long now = System.nanoTime();
    return new Unsent(
        due(transports).stream().findFirst().map(row -> untilDue(row, now)),
        rows.values().stream()
            .anyMatch(row -> row.line != null && transports.contains(row.row.transport())));
  }

  private static Duration untilDue(Row row, long now) {
    return Duration.ofNanos(Math.max(0, row.due - now));
  }

  private List<Row> due(Collection<String> transports) {
    return rows.values().stream()
        .filter(row -> row.status == UNSENT && row.line == null)
        .filter(row -> transports.contains(row.row.transport()))
        .sorted(Comparator.comparingLong(row -> row.due))
        .toList();
  }

  @Override
  public List<ClaimedRow> claimLines(
      String transport, Collection<String> lines, int limit, long maxBytes, Duration lease) {
    List<ClaimedRow> claimed = claimRuns(lines, limit / lines.size(), lease);
    await(claimsMayReturn);
    return claimed;
  }

  private synchronized List<ClaimedRow> claimRuns(
      Collection<String> lines, int most, Duration lease) {
    lineClaims.incrementAndGet();
    failIf(claimsFail);
    long now = System.nanoTime();
    List<ClaimedRow> claimed = new ArrayList<>();
    for (String line : locked ? List.<String>of() : lines) {
      line(line).stream()
          .takeWhile(row -> row.status == UNSENT && row.due <= now)
          .limit(Math.max(1, most))
          .forEach(
              row -> {
                row.claims++;
                row.due = now + lease.toNanos();
                claimed.add(row.claimed());
              });
    }
    return claimed;
  }

  private List<Row> line(String line) {
    return rows.values().stream().filter(row -> line.equals(row.line)).toList();
  }

  @Override
  public synchronized List<LineHead> heads(String transport, Collection<String> lines) {
    looks.incrementAndGet();
    failIf(claimsFail);
    return lines.stream().sorted().distinct().flatMap(line -> head(line).stream()).toList();
  }

  private Optional<LineHead> head(String id) {
    long now = System.nanoTime();
    List<Row> line = line(id);
    return line.stream()
        .findFirst()
        .map(
            row ->
                new LineHead(
                    id,
                    row.row.message().id(),
                    row.status == DEAD,
                    untilDue(row, now),
                    row.row.line().headPolicy(),
                    line.stream().skip(1).anyMatch(behind -> behind.status == UNSENT)));
  }

  @Override
  public synchronized List<LineHead> headsAfter(
      String transport, @Nullable String after, int limit) {
    failIf(claimsFail);
    return rows.values().stream()
        .filter(row -> row.line != null && row.row.transport().equals(transport))
        .map(row -> row.line)
        .filter(line -> after == null || line.compareTo(after) > 0)
        .sorted()
        .distinct()
        .limit(limit)
        .flatMap(line -> head(line).stream())
        .toList();
  }

  @Override
  public synchronized int dropFollowers(LineHead head, int limit) {
    List<Row> line = line(head.line());
    if (line.isEmpty() || line.get(0).status != DEAD) {
      return 0;
    }
    List<Row> behind = line.stream().skip(1).filter(row -> row.status == UNSENT).toList();
    for (Row row : behind) {
      row.status = DEAD;
      row.line = null;
      row.error = "dropped";
    }
    return behind.size();
  }

  @Override
  public synchronized boolean cancel(UUID id) {
    throw new UnsupportedOperationException("not part of sending");
  }

  @Override
  public int settle(Collection<Settlement> settlements) {
    settles.incrementAndGet();
    failIf(settlesFail);
    await(settlesMayGo);
    return applyAll(settlements);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new TransientDataAccessResourceException("interrupted", e);
    }
  }

  private synchronized int applyAll(Collection<Settlement> settlements) {
    int changed = 0;
    for (Settlement settlement : settlements) {
      Row row = rows.get(settlement.id());
      if (row != null && apply(row, settlement)) {
        changed++;
      }
    }
    return changed;
  }

  private static boolean apply(Row row, Settlement settlement) {
    if (settlement instanceof Sent) {
      row.status = SENT;
      row.line = null;
      return true;
    }
    if (settlement instanceof Rescheduled rescheduled && isHeld(row, rescheduled.claims())) {
      row.resolved = rescheduled.claims();
      row.due = System.nanoTime() + rescheduled.delay().toNanos();
      row.attempts += rescheduled.attemptSpent() ? 1 : 0;
      row.error = rescheduled.error() == null ? row.error : rescheduled.error();
      return true;
    }
    if (settlement instanceof Dead dead && isHeld(row, dead.claims())) {
      row.resolved = dead.claims();
      row.status = DEAD;
      row.line = dead.aside() ? null : row.line;
      row.attempts += dead.attemptSpent() ? 1 : 0;
      row.error = dead.error();
      return true;
    }
    return false;
  }

  private static boolean isHeld(Row row, int claims) {
    return row.status == UNSENT && row.claims == claims && row.resolved < claims;
  }

  @Override
  public Backlog backlog() {
    return new Backlog(count(UNSENT), Duration.ZERO, count(DEAD));
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    throw new UnsupportedOperationException("not part of sending");
  }

  synchronized long count(int status) {
    return rows.values().stream().filter(row -> row.status == status).count();
  }

  synchronized Row row(UUID id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new AssertionError("no row " + id);
    }
    return row;
  }

  /** Lets each settling wait, as a slow database does. */
  void holdSettles() {
    settlesMayGo = new CountDownLatch(1);
  }

  void letSettlesGo() {
    settlesMayGo.countDown();
  }

  /** Lets each claim come back late, though it was committed. */
  void holdClaims() {
    claimsMayReturn = new CountDownLatch(1);
  }

  void letClaimsReturn() {
    claimsMayReturn.countDown();
  }

  /** Lets every lease and delay end now. */
  synchronized void letTimePass() {
    rows.values().forEach(row -> row.due = System.nanoTime());
  }

  /** Somebody else claims the row, as a node does when the lease of a frozen one is over. */
  synchronized int claimElsewhere(UUID id) {
    Row row = row(id);
    row.due = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    return ++row.claims;
  }

  private void failIf(boolean condition) {
    if (condition && failsWithErrors) {
      throw new LinkageError("told to fail");
    }
    if (condition) {
      throw new TransientDataAccessResourceException("told to fail");
    }
  }
}
