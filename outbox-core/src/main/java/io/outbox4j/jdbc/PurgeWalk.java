package io.outbox4j.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Deletes old rows along the primary key, which needs no index of its own.
 *
 * <pre>
 *  ids  0 ──────── old ────────┤ retention ├──── a day from now ──────── other ids ──────── ff..ff
 *       walked                   not looked at                            walked
 * </pre>
 *
 * <p>Ids of version 7 begin with their time: what is older than the retention lies at the low end,
 * what is younger right behind it. Beyond tomorrow lie ids of other versions, which applications
 * gave.
 *
 * <p>Unsent and dead rows may stand in the way, in any number. The walk remembers where it is until
 * it has come to the end, so that it passes each of them once, and not once per call.
 */
final class PurgeWalk {

  private static final UUID LOWEST = new UUID(0, 0);
  private static final UUID HIGHEST = new UUID(-1, -1);
  private static final Duration AHEAD = Duration.ofDays(1);
  private static final int STEPS = 1_000;

  private final OwnConnections connections;
  private final SendRows rows;
  private final AtomicReference<UUID> passed = new AtomicReference<>(LOWEST);

  PurgeWalk(OwnConnections connections, SendRows rows) {
    this.connections = connections;
    this.rows = rows;
  }

  int purge(Duration olderThan, int limit) {
    long now = now();
    UUID old = lastOf(now - Micros.of(olderThan));
    UUID ahead = lastOf(now + Micros.of(AHEAD));
    UUID from = passed.get();
    int deleted = 0;
    while (deleted < limit) {
      boolean low = isBelow(from, old);
      if (!low && isBelow(from, ahead)) {
        from = ahead;
      }
      List<Step> steps = look(from, low ? old : HIGHEST, olderThan);
      List<UUID> gone = new ArrayList<>();
      for (Step step : steps) {
        if (gone.size() == limit - deleted) {
          break;
        }
        from = step.id();
        if (step.goes()) {
          gone.add(step.id());
        }
      }
      deleted += delete(gone, olderThan);
      boolean ended = steps.size() < STEPS && (steps.isEmpty() || from.equals(last(steps)));
      if (ended && !low) {
        from = LOWEST;
        break;
      }
      if (ended) {
        from = ahead;
      }
    }
    passed.set(from);
    return deleted;
  }

  private static UUID last(List<Step> steps) {
    return steps.get(steps.size() - 1).id();
  }

  private long now() {
    return connections.statement(
        "asking for the time",
        connection ->
            rows.sql().add("SELECT {epoch}").query(connection, result -> result.getLong(1)).get(0));
  }

  private List<Step> look(UUID from, UUID to, Duration olderThan) {
    return connections.statement(
        "looking for old rows",
        connection ->
            rows.sql()
                .add(
                    "SELECT message_id, CASE WHEN status IN (1, 3) AND application = {}",
                    rows.application())
                .add(
                    " AND COALESCE(sent_at, created_at) <= {} THEN 1 ELSE 0 END AS goes",
                    olderThan.negated())
                .add(" FROM {send} WHERE message_id > {} AND message_id <= {}", from, to)
                .add(" ORDER BY message_id LIMIT {}", STEPS)
                .query(connection, result -> new Step(rows.id(result), result.getInt(2) == 1)));
  }

  /** Asks again: an operator may have requeued the row, and it may have been sent since. */
  private int delete(List<UUID> ids, Duration olderThan) {
    if (ids.isEmpty()) {
      return 0;
    }
    return connections.readCommitted(
        "deleting old rows",
        connection ->
            rows.sql()
                .add(rows.dialect().deleteSent())
                .add(" WHERE message_id {} AND status IN (1, 3)", ids)
                .add(" AND COALESCE(sent_at, created_at) <= {}", olderThan.negated())
                .update(connection));
  }

  /** The last id of the millisecond that holds a time. */
  private static UUID lastOf(long micros) {
    return new UUID(Math.max(0, Math.floorDiv(micros, 1_000L)) << 16 | 0xFFFF, -1);
  }

  private static boolean isBelow(UUID one, UUID other) {
    int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return high < 0
        || high == 0
            && Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits())
                < 0;
  }

  private record Step(UUID id, boolean goes) {}
}
