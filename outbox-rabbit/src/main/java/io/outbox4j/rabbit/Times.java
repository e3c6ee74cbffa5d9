package io.outbox4j.rabbit;

import java.time.Duration;

/** How a send limit is shared out. */
record Times(Duration sendLimit) {

  /** When a batch gives up what has no result, counted from its start. The rest is margin. */
  Duration giveUpAfter() {
    return sendLimit.minus(sendLimit.dividedBy(20));
  }

  /** How long a connection, a handshake or an answer of the broker may take, each. */
  Duration answer() {
    return sendLimit.dividedBy(4);
  }

  /** When a batch that still misses confirms asks whether the broker is there. */
  Duration askAfter() {
    return sendLimit.dividedBy(2);
  }

  /** How often it looks from then on whether something still waits for a late confirm. */
  Duration lookEvery() {
    return sendLimit.dividedBy(20);
  }

  /** Until when a look at the broker asks on; an answer to the last request is in time then. */
  Duration inspectFor() {
    return giveUpAfter().minus(answer());
  }

  /** How long a blocked connection still has for the confirms of what is on its way. */
  Duration grace() {
    return sendLimit.dividedBy(4);
  }

  /** The shorter of a client's time-out, where 0 is none, and the broker's time to answer. */
  int within(int millis) {
    int most = (int) Math.max(1, answer().toMillis());
    return millis <= 0 ? most : Math.min(millis, most);
  }
}
