package io.outbox4j.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a row may be sent, by the database's clock.
 *
 * @param after how long after its INSERT, at the earliest; zero for at once
 * @param notBefore the time before which it is not sent, in place of {@code after}; or null
 * @param expiresAt the time from which it is not sent any more, or null for never
 */
public record Timing(Duration after, @Nullable Instant notBefore, @Nullable Instant expiresAt) {

  /** At once, and for ever. */
  public static final Timing ANY = new Timing(Duration.ZERO, null, null);

  /** Checks that what must be there is there. */
  public Timing {
    Objects.requireNonNull(after, "after");
  }

  /** Whether the row can be sent from memory: any time will do. */
  public boolean isAny() {
    return after.isZero() && notBefore == null && expiresAt == null;
  }

  /** About how long until the row is due, by the clock of a node, which may be another. */
  public Duration delay(Instant now) {
    if (notBefore == null) {
      return after;
    }
    return notBefore.isAfter(now) ? Duration.between(now, notBefore) : Duration.ZERO;
  }
}
