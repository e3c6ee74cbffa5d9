package io.outbox4j.jdbc;

import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One statement per kind of outcome, in one transaction. */
final class Settling {

  private static final int MOST_ROWS = 1_000;

  /** As the databases compare ids: two settlers lock the rows they share in the same order. */
  private static final Comparator<Claim> ASCENDING =
      Comparator.<Claim, Long>comparing(
              claim -> claim.id().getMostSignificantBits(), Long::compareUnsigned)
          .thenComparing(claim -> claim.id().getLeastSignificantBits(), Long::compareUnsigned)
          .thenComparing(Claim::claims);

  private final OwnConnections connections;
  private final SendRows rows;

  Settling(OwnConnections connections, SendRows rows) {
    this.connections = connections;
    this.rows = rows;
  }

  int settle(Collection<Settlement> settlements) {
    Map<Outcome, Map<Claim, @Nullable Object[]>> kinds = new EnumMap<>(Outcome.class);
    for (Settlement settlement : settlements) {
      // A row named twice would be an error of MERGE, and means the same anyway.
      kinds
          .computeIfAbsent(outcome(settlement), kind -> new TreeMap<>(ASCENDING))
          .putIfAbsent(claim(settlement), values(settlement));
    }
    List<Part> parts = new ArrayList<>();
    kinds.forEach((outcome, byClaim) -> split(outcome, List.copyOf(byClaim.values()), parts));
    if (parts.isEmpty()) {
      return 0;
    }
    String task = "settling rows";
    return parts.size() == 1
        ? connections.statement(task, connection -> update(connection, parts))
        : connections.transaction(task, connection -> update(connection, parts));
  }

  private int update(Connection connection, List<Part> parts) throws SQLException {
    int changed = 0;
    for (Part part : parts) {
      changed +=
          rows.dialect()
              .updateEach(rows.sql(), part.outcome(), part.rows(), rows.application())
              .update(connection);
    }
    return changed;
  }

  private static void split(Outcome outcome, List<@Nullable Object[]> rows, List<Part> parts) {
    for (int from = 0; from < rows.size(); from += MOST_ROWS) {
      parts.add(new Part(outcome, rows.subList(from, Math.min(rows.size(), from + MOST_ROWS))));
    }
  }

  private static Outcome outcome(Settlement settlement) {
    if (settlement instanceof Sent) {
      return Outcome.SENT;
    }
    return settlement instanceof Dead ? Outcome.DEAD : Outcome.RESCHEDULED;
  }

  private static Claim claim(Settlement settlement) {
    if (settlement instanceof Rescheduled later) {
      return new Claim(later.id(), later.claims());
    }
    return new Claim(settlement.id(), settlement instanceof Dead dead ? dead.claims() : 0);
  }

  /** The values in the order of {@link Outcome#fields()}. */
  private static @Nullable Object[] values(Settlement settlement) {
    if (settlement instanceof Sent sent) {
      return new @Nullable Object[] {sent.id(), Vetting.fitted(sent.place(), Vetting.MOST_PLACE)};
    }
    if (settlement instanceof Rescheduled later) {
      return new @Nullable Object[] {
        later.id(),
        later.claims(),
        later.attemptSpent() ? 1 : 0,
        Micros.of(later.delay()),
        Vetting.fitted(later.error(), Vetting.MOST_ERROR)
      };
    }
    Dead dead = (Dead) settlement;
    return new @Nullable Object[] {
      dead.id(),
      dead.claims(),
      dead.attemptSpent() ? 1 : 0,
      Vetting.fitted(dead.error(), Vetting.MOST_ERROR),
      dead.aside() ? 1 : 0
    };
  }

  private record Claim(UUID id, int claims) {}

  private record Part(Outcome outcome, List<@Nullable Object[]> rows) {}
}
