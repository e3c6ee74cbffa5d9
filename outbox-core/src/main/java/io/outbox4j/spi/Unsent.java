package io.outbox4j.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * What waits in the table.
 *
 * @param nextDue how long until the earliest unsent row that stands in no line is due; zero when it
 *     is due now; empty when there is none
 * @param lines whether a row, unsent or dead, stands in a line
 */
public record Unsent(Optional<Duration> nextDue, boolean lines) {}
