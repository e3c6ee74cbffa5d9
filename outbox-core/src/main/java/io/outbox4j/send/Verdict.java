package io.outbox4j.send;

import io.outbox4j.HeadPolicy;
import io.outbox4j.RetryPolicy;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import java.util.UUID;

/** What a broker's answer means for the row. */
final class Verdict {

  static final String OUTCOME_UNKNOWN = "outcome unknown";

  private Verdict() {}

  /**
   * Decides.
   *
   * @param pause how long a row waits when its transport or destination is unavailable
   * @param chance a random number from 0 to 1 for the retry policy
   */
  static Settlement of(
      Held held, SendResult result, RetryPolicy policy, Duration pause, double chance) {
    UUID id = held.row().message().id();
    if (result instanceof Acknowledged acknowledged) {
      return new Sent(id, acknowledged.place());
    }
    if (result instanceof Rejected rejected) {
      int attempts = held.attempts() + 1;
      return !held.row().retry() || attempts >= policy.maxAttempts()
          ? dead(held, true, rejected.reason())
          : new Rescheduled(
              id, held.claims(), true, policy.pauseAfter(attempts, chance), rejected.reason());
    }
    Unavailable unavailable = (Unavailable) result;
    return !held.row().retry() && unavailable.mayHaveArrived()
        ? dead(held, false, OUTCOME_UNKNOWN + ": " + unavailable.reason())
        : new Rescheduled(id, held.claims(), false, pause, unavailable.reason());
  }

  /** The row was not handed to the transport: it is due at once, for whoever claims it. */
  static Settlement letGo(Held held, Duration delay) {
    return new Rescheduled(held.row().message().id(), held.claims(), false, delay, null);
  }

  /** The row may be sent once only, and an earlier claim of it ended in the dark. */
  static Settlement inDoubt(Held held) {
    return dead(held, false, OUTCOME_UNKNOWN + ": the node that was sending it did not come back");
  }

  private static Dead dead(Held held, boolean attemptSpent, String error) {
    boolean aside = held.isOrdered() && held.line().headPolicy() == HeadPolicy.PASS;
    return new Dead(held.row().message().id(), held.claims(), attemptSpent, error, aside);
  }
}
