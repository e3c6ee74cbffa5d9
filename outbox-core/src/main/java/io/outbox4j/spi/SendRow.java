package io.outbox4j.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code message_send} as it is published: the message, who sends it and how.
 *
 * @param message who and what
 * @param transport the name of the transport that sends it
 * @param retry whether it may be sent again when it is not known to have arrived
 * @param line the line in which it is sent in order, or null when it is not ordered
 * @param timing when it may be sent
 */
public record SendRow(
    OutgoingMessage message, String transport, boolean retry, @Nullable Line line, Timing timing) {

  /** How many buckets rows are spread over, so that shards of jobs can share them. */
  public static final int BUCKETS = 256;

  /** Checks that what must be there is there. */
  public SendRow {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(timing, "timing");
  }

  /** A row that is not ordered, and may be sent at any time. */
  public SendRow(OutgoingMessage message, String transport, boolean retry) {
    this(message, transport, retry, null, Timing.ANY);
  }

  /** A row that may be sent at any time. */
  public SendRow(OutgoingMessage message, String transport, boolean retry, @Nullable Line line) {
    this(message, transport, retry, line, Timing.ANY);
  }

  /** The row's bucket, 0 to 255: a hash of its line, else of its id, the same on every node. */
  public int bucket() {
    int hash = line == null ? message.id().hashCode() : line.id().hashCode();
    return (hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & (BUCKETS - 1);
  }
}
