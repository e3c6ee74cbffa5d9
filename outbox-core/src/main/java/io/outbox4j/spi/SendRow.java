package io.outbox4j.spi;

import java.util.Objects;

/**
 * A row of {@code message_send} as it is published: the message, who sends it and how.
 *
 * @param message who and what
 * @param transport the name of the transport that sends it
 * @param retry whether it may be sent again when it is not known to have arrived
 */
public record SendRow(OutgoingMessage message, String transport, boolean retry) {

  /** How many buckets rows are spread over, so that shards of jobs can share them. */
  public static final int BUCKETS = 256;

  /** Checks that what must be there is there. */
  public SendRow {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(transport, "transport");
  }

  /** The row's bucket, 0 to 255: a hash of the id, the same on every node. */
  public int bucket() {
    int hash = message.id().hashCode();
    return (hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & (BUCKETS - 1);
  }
}
