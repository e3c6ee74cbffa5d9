package io.outbox4j.send;

import io.outbox4j.RetryPolicies;
import io.outbox4j.SendListener;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Transport;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * What sending needs from the other parts.
 *
 * @param store the table
 * @param transports the transports by name; each is called, never closed
 * @param settings how to send
 * @param metrics counts
 * @param retries chooses the retry policies of messages that have another than the settings say;
 *     must not throw
 * @param listeners the application's listeners, told in this order
 * @param clock the wall clock that the age of messages, and the time until a delayed one is due, is
 *     told by
 */
public record SendWiring(
    SendStore store,
    Map<String, Transport> transports,
    SendSettings settings,
    OutboxMetrics metrics,
    RetryPolicies retries,
    List<SendListener> listeners,
    InstantSource clock) {}
