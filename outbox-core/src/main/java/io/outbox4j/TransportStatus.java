package io.outbox4j;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a transport is doing, as this node sees it.
 *
 * @param available false while the transport's breaker is open: nothing was acknowledged for a
 *     while, messages stay in the table, and one at a time tries whether the broker is back
 * @param reason why it is not available, in words without payload, or null
 * @param unavailableDestinations the destinations that can't take messages now, each with the
 *     reason
 * @param inMemory how many messages of this transport are in memory
 */
public record TransportStatus(
    boolean available,
    @Nullable String reason,
    Map<String, String> unavailableDestinations,
    int inMemory) {

  /** Copies the map. */
  public TransportStatus {
    unavailableDestinations = Map.copyOf(unavailableDestinations);
  }
}
