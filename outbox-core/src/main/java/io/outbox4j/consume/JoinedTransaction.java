package io.outbox4j.consume;

import io.outbox4j.Inbox.Outcome;
import io.outbox4j.OutboxException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Handles one message in the caller's transaction, and follows that to its end.
 *
 * <p>The row says <i>consumed</i> from its admission on. A caller that catches the handler's
 * exception must not commit it, unless it rolls back to a savepoint older than the row.
 */
final class JoinedTransaction<E extends Exception> implements TransactionSynchronization {

  private final Delivery<E> delivery;
  private final RunningTransaction running;
  private final FailureRecorder recorder;
  private final Set<Object> laterSavepoints = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable Outcome outcome;
  private @Nullable String error;
  private boolean recordable;
  private boolean undone;

  JoinedTransaction(Delivery<E> delivery, RunningTransaction running, FailureRecorder recorder) {
    this.delivery = delivery;
    this.running = running;
    this.recorder = recorder;
  }

  Outcome process() throws E {
    running.demand();
    TransactionSynchronizationManager.registerSynchronization(this);
    try {
      outcome = delivery.run();
      return outcome;
    } catch (Throwable failure) {
      error = ErrorText.of(failure);
      recordable = delivery.admitted() && Fault.of(failure) == Fault.MESSAGE;
      running.doom();
      throw failure;
    }
  }

  @Override
  public void savepoint(Object savepoint) {
    laterSavepoints.add(savepoint);
  }

  @Override
  public void savepointRollback(Object savepoint) {
    undone |= !laterSavepoints.contains(savepoint);
  }

  /**
   * Stops managers that do not ask the connection's holder, such as JPA's. Not by a
   * TransactionException: JDBC managers commit when a callback throws one.
   */
  @Override
  public void beforeCommit(boolean readOnly) {
    if (error != null && !undone) {
      throw new OutboxException(
          "This transaction can't commit: it holds what the handler of "
              + delivery.message()
              + " left when it failed with "
              + error);
    }
  }

  @Override
  public void afterCompletion(int status) {
    if (error != null && recordable) {
      recorder.recordLater(delivery.message(), error);
    } else if (outcome != null && !undone && status == STATUS_COMMITTED) {
      delivery.committed(outcome);
    }
  }
}
