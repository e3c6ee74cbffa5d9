package io.outbox4j.consume;

import io.outbox4j.Inbox;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.OutboxMetrics;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * An inbox whose table lives in the database of the business change.
 *
 * <pre>
 *             no transaction on the thread                 one is running
 *  begin      its own                                      joins it
 *  admit      first statement                              in it
 *  handler    in it                                        in it
 *  contention rolled back, tried again, 3 tries in all     passed on
 *  failure    rolled back, recorded on this thread         can't commit any more; recorded on a
 *                                                          thread of the inbox, after its end
 * </pre>
 *
 * <p><b>What is recorded</b>: exceptions of the handler, and of the commit of a transaction of its
 * own. Deadlocks, lock time-outs, serialisation failures, a lost or missing connection and a
 * message that is in progress elsewhere say nothing about the message: they pass on unrecorded. So
 * does a joined transaction that rolls back after its handler has returned, since nobody tells why.
 * A failure that can't be recorded is logged; the caller gets the handler's exception in any case.
 *
 * <p><b>What is written</b>: class names, SQLSTATE and vendor codes, and the place in the code; the
 * text of an exception only if it is this library's, since others hold payload.
 *
 * <p>A handler may run up to three times in one call, each time after all of its changes to this
 * database were rolled back. {@code process} must not be called in callbacks that run after a
 * commit.
 */
public final class TransactionalInbox implements Inbox, AutoCloseable {

  private final ConsumeStore store;
  private final OutboxMetrics metrics;
  private final RunningTransaction running;
  private final FailureRecorder recorder;
  private final OwnTransaction own;

  /**
   * Creates an inbox. Its thread, {@code outbox-inbox-recorder}, is a daemon and lives only while
   * there are failures to record.
   *
   * @param store the table
   * @param transactionManager opens transactions on {@code dataSource} where none is running
   * @param dataSource where the table is
   * @param metrics counts what becomes of messages
   */
  public TransactionalInbox(
      ConsumeStore store,
      PlatformTransactionManager transactionManager,
      DataSource dataSource,
      OutboxMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
    this.running = RunningTransaction.on(dataSource);
    this.recorder = new FailureRecorder(store, metrics);
    this.own = new OwnTransaction(transactionManager, running, recorder);
  }

  @Override
  public <E extends Exception> Outcome process(ReceivedMessage message, Handler<E> handler)
      throws E {
    Delivery<E> delivery = new Delivery<>(message, handler, store, metrics);
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      return own.process(delivery);
    }
    return new JoinedTransaction<>(delivery, running, recorder).process();
  }

  /**
   * Waits up to 5 s for failures that are still to be recorded; later ones are logged only.
   * Messages can be processed as before.
   */
  @Override
  public void close() {
    recorder.close();
  }
}
