package io.outbox4j.spi;

import io.outbox4j.HeadPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/**
 * The oldest row of a line that is unsent or dead.
 *
 * @param line the line's id
 * @param id the row
 * @param dead whether it is dead, and so holds the line
 * @param dueIn how long until it is due, zero when it is due now; means nothing when it is dead
 * @param headPolicy what becomes of the rows behind it when it is dead
 * @param followed whether an unsent row stands behind it
 */
public record LineHead(
    String line, UUID id, boolean dead, Duration dueIn, HeadPolicy headPolicy, boolean followed) {

  /** Checks that what must be there is there. */
  public LineHead {
    Objects.requireNonNull(line, "line");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(dueIn, "dueIn");
    Objects.requireNonNull(headPolicy, "headPolicy");
  }

  /** Whether a claim of the line would find it. */
  public boolean isDue() {
    return !dead && dueIn.isZero();
  }

  /** Whether the rows behind it are to die. */
  public boolean dropsFollowers() {
    return dead && followed && headPolicy == HeadPolicy.DROP_KEY;
  }
}
