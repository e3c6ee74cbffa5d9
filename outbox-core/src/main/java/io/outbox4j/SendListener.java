package io.outbox4j;

/**
 * Told what became of messages, on the node that sent them.
 *
 * <p><b>When and where</b>: after the commit that wrote the outcome to the table, on the thread
 * {@code outbox-settle}, outside of any transaction, with no connection and no lock held. A method
 * may publish, or use the database, in a transaction of its own. It must return soon: until then no
 * outcome of any message is written, and memory fills up.
 *
 * <p><b>Exceptions</b> of any kind change nothing: the outcome stands. The first of each method is
 * logged.
 *
 * <p><b>Not a second outbox</b>: a call may be missing and may be repeated. A node that dies
 * between the commit and the call tells nobody; a message that was sent twice is told twice; a
 * retry may be told though another node sent the message meanwhile, while a death that another node
 * overtook is not told. Messages that die behind a dead one ({@link HeadPolicy#DROP_KEY}) are not
 * told one by one: only the first is. What must not be missed is in the table.
 */
public interface SendListener {

  /** The broker has the message. */
  default void onSent(SendEvent event) {}

  /**
   * The broker rejected the message, and it will be tried again. Not called for outages, which
   * spend no attempt.
   */
  default void onRetry(SendEvent event) {}

  /** The message is dead: it will not be sent unless an operator requeues it. */
  default void onDead(SendEvent event) {}
}
