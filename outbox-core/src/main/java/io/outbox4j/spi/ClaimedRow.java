package io.outbox4j.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A row that this node may send until its lease ends.
 *
 * @param row the row
 * @param claims how often the row was claimed, this claim included: the fence of every negative
 *     outcome
 * @param resolved the last of those claims whose end is known
 * @param attempts how often the broker rejected the message
 * @param expiresIn how long it may be sent after the claim, by the database's clock: not any more
 *     when zero or less; null when it does not expire
 */
public record ClaimedRow(
    SendRow row, int claims, int resolved, int attempts, @Nullable Duration expiresIn) {

  /** A row that does not expire. */
  public ClaimedRow(SendRow row, int claims, int resolved, int attempts) {
    this(row, claims, resolved, attempts, null);
  }

  /**
   * Whether an earlier claim ended in the dark: its holder may or may not have sent the message.
   */
  public boolean inDoubt() {
    return claims - 1 > resolved;
  }
}
