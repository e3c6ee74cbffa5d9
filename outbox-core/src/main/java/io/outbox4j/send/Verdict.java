package io.outbox4j.send;

import io.outbox4j.HeadPolicy;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a broker's answer means for the row. */
final class Verdict {

  static final String OUTCOME_UNKNOWN = "outcome unknown";
  static final String EXPIRED = "expired";

  private Verdict() {}

  static Settlement acknowledged(Held held, Acknowledged result) {
    return new Sent(held.row().message().id(), result.place());
  }

  /**
   * The broker rejected the message.
   *
   * @param pause how long until it is tried again, or null when it is not
   */
  static Settlement rejected(Held held, Rejected result, @Nullable Duration pause) {
    return pause == null || !held.row().retry()
        ? dead(held, true, result.reason())
        : new Rescheduled(held.row().message().id(), held.claims(), true, pause, result.reason());
  }

  /**
   * The transport or the destination can't take the message.
   *
   * @param pause how long the row waits
   */
  static Settlement unavailable(Held held, Unavailable result, Duration pause) {
    return !held.row().retry() && result.mayHaveArrived()
        ? dead(held, false, OUTCOME_UNKNOWN + ": " + result.reason())
        : new Rescheduled(held.row().message().id(), held.claims(), false, pause, result.reason());
  }

  /** The row was not handed to the transport: it is due at once, for whoever claims it. */
  static Settlement letGo(Held held, Duration delay) {
    return new Rescheduled(held.row().message().id(), held.claims(), false, delay, null);
  }

  /** The row may be sent once only, and an earlier claim of it ended in the dark. */
  static Settlement inDoubt(Held held) {
    return dead(held, false, OUTCOME_UNKNOWN + ": the node that was sending it did not come back");
  }

  /** Nobody sent the row while it was worth it. */
  static Settlement expired(Held held) {
    return dead(held, false, EXPIRED);
  }

  private static Dead dead(Held held, boolean attemptSpent, String error) {
    boolean aside = held.isOrdered() && held.line().headPolicy() == HeadPolicy.PASS;
    return new Dead(held.row().message().id(), held.claims(), attemptSpent, error, aside);
  }
}
