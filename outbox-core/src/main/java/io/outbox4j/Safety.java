package io.outbox4j;

/**
 * What follows when the brokers are set up so that they could lose what they accepted. Looked at
 * once, when the outbox starts. A broker that is away, or doesn't show its settings, stops no
 * start.
 */
public enum Safety {
  /** Logs one line per finding, from a thread of its own: the start does not wait. */
  WARN,
  /**
   * Refuses to start. The start waits for the brokers' answers, at most for the longest send limit.
   */
  FAIL,
  /** Nobody looks. */
  OFF
}
