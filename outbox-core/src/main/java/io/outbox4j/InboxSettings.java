package io.outbox4j;

import java.time.Duration;

/**
 * How messages are consumed.
 *
 * @param duplicateWait how long a message waits, in whole seconds, for the same message that is
 *     being handled elsewhere
 * @param keepPayload whether payload and headers are stored with the message
 */
public record InboxSettings(Duration duplicateWait, boolean keepPayload) {

  /** Waits 10 s, keeps no payload. */
  public static InboxSettings ofDefaults() {
    return new InboxSettings(Duration.ofSeconds(10), false);
  }
}
