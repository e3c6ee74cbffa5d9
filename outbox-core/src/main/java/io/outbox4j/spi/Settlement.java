package io.outbox4j.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a claimed row.
 *
 * <p>{@link Sent} always wins. The negative ones carry the {@code claims} of the claim that they
 * belong to and take effect once: {@code .. WHERE status = 0 AND claims = :claims AND resolved <
 * :claims}, setting {@code resolved}.
 *
 * <pre>
 *  unsent (0) ──Sent──> sent (1)      also from dead (2) and cancelled (3)
 *  unsent (0) ──Rescheduled──> unsent (0), due after the delay
 *  unsent (0) ──Dead──> dead (2)
 * </pre>
 */
public sealed interface Settlement {

  /** The row. */
  UUID id();

  /**
   * The broker acknowledged the message.
   *
   * @param id the row
   * @param place where the broker put it, such as {@code 3@1042}, or null
   */
  record Sent(UUID id, @Nullable String place) implements Settlement {
    /** Checks that what must be there is there. */
    public Sent {
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * The row is to be sent later, by whoever claims it.
   *
   * @param id the row
   * @param claims the claim that this is the end of
   * @param attemptSpent whether the broker rejected the message, which spends an attempt
   * @param delay how long until the row is due, by the database's clock
   * @param error why, in words without payload, or null to leave the last error as it is
   */
  record Rescheduled(
      UUID id, int claims, boolean attemptSpent, Duration delay, @Nullable String error)
      implements Settlement {
    /** Checks that what must be there is there. */
    public Rescheduled {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(delay, "delay");
    }
  }

  /**
   * The row will not be sent unless an operator requeues it. One that stands in a line stays there
   * as its head, unless it stands aside.
   *
   * @param id the row
   * @param claims the claim that this is the end of
   * @param attemptSpent whether a rejection by the broker was the reason
   * @param error why, in words without payload
   * @param aside whether the row leaves its line for good: requeued, it is sent without order
   */
  record Dead(UUID id, int claims, boolean attemptSpent, String error, boolean aside)
      implements Settlement {
    /** Checks that what must be there is there. */
    public Dead {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(error, "error");
    }
  }
}
