package io.outbox4j.spi;

/**
 * A row that this node may send until its lease ends.
 *
 * @param row the row
 * @param claims how often the row was claimed, this claim included: the fence of every negative
 *     outcome
 * @param resolved the last of those claims whose end is known
 * @param attempts how often the broker rejected the message
 */
public record ClaimedRow(SendRow row, int claims, int resolved, int attempts) {

  /**
   * Whether an earlier claim ended in the dark: its holder may or may not have sent the message.
   */
  public boolean inDoubt() {
    return claims - 1 > resolved;
  }
}
