package io.outbox4j;

/**
 * What becomes of a key's later messages when an ordered message, the head of its line, is dead.
 * Messages of other keys never notice.
 */
public enum HeadPolicy {

  /**
   * The dead head holds its line: nothing behind it is sent until an operator requeues, discards or
   * releases it. The default, and the only policy that keeps the order.
   */
  BLOCK,

  /** The dead head stands aside for good, and the messages behind it go on without it. */
  PASS,

  /**
   * The messages behind the dead head die too, those published later included, until an operator
   * releases the line.
   */
  DROP_KEY
}
