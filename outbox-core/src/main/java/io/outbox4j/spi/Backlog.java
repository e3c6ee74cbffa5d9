package io.outbox4j.spi;

import java.time.Duration;

/**
 * What of an application's messages is not sent.
 *
 * @param unsent how many rows wait to be sent
 * @param oldestUnsent the age of the oldest of them, zero when there is none
 * @param dead how many rows are dead
 */
public record Backlog(long unsent, Duration oldestUnsent, long dead) {}
