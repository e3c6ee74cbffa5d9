package io.outbox4j.publish;

import io.outbox4j.spi.SendRow;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * The messages of one transaction whose begin was seen, and how far that transaction is. Confined
 * to the transaction's thread.
 *
 * <pre>
 *  collecting ──beforeCommit of the listener──> appended ──afterCommit──> over
 *       └────────────────── afterCompletion, any status ──────────────────> over
 * </pre>
 *
 * <p>It is the first of all synchronizations, so that whoever publishes in an after-commit callback
 * finds the transaction over.
 */
final class TransactionBuffer implements TransactionSynchronization, PriorityOrdered {

  private final Transactions transactions;
  private final @Nullable BoundConnection connection;
  private final Map<Object, Integer> savepoints = new IdentityHashMap<>();
  private List<SendRow> rows = new ArrayList<>();
  private Appender.@Nullable Appended appended;
  private @Nullable TransactionBuffer suspendedBefore;
  private boolean collects = true;
  private boolean endWasAnnounced;
  private boolean checked;
  private boolean over;

  /**
   * Begins with the transaction.
   *
   * @param connection the connection of a local transaction; null when it is a global one
   */
  TransactionBuffer(Transactions transactions, @Nullable BoundConnection connection) {
    this.transactions = transactions;
    this.connection = connection;
  }

  boolean collects() {
    return collects;
  }

  boolean over() {
    return over;
  }

  boolean checked() {
    return checked;
  }

  void check() {
    checked = true;
  }

  boolean holds(BoundConnection other) {
    return connection != null && connection.equals(other);
  }

  void add(List<SendRow> more) {
    rows.addAll(more);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The last step before COMMIT; what is published later is written through. */
  void append(Appender appender) {
    List<SendRow> all = rows;
    collects = false;
    if (!all.isEmpty()) {
      appended = appender.append(all);
    }
  }

  /** The transaction manager said that it is about to commit or to roll back. */
  void endIsAnnounced() {
    endWasAnnounced = true;
  }

  /** Remembers the suspended buffer that was on top when this one was suspended. */
  void suspendedOnTopOf(@Nullable TransactionBuffer before) {
    suspendedBefore = before;
  }

  @Nullable TransactionBuffer suspendedBefore() {
    return suspendedBefore;
  }

  @Override
  public int getOrder() {
    return PriorityOrdered.HIGHEST_PRECEDENCE;
  }

  @Override
  public void suspend() {
    transactions.suspend(this);
  }

  @Override
  public void resume() {
    transactions.resume(this);
  }

  @Override
  public void savepoint(Object savepoint) {
    savepoints.put(savepoint, rows.size());
  }

  /** Comes before the database rolls back, possibly again for the same savepoint: it is kept. */
  @Override
  public void savepointRollback(Object savepoint) {
    if (collects) {
      int size = savepoints.getOrDefault(savepoint, 0);
      if (size < rows.size()) {
        rows = new ArrayList<>(rows.subList(0, size));
      }
    }
  }

  @Override
  public void afterCommit() {
    over = true;
  }

  @Override
  public void afterCompletion(int status) {
    over = true;
    transactions.unbind(this);
    if (status == STATUS_COMMITTED) {
      if (appended != null) {
        appended.committed();
      }
      return;
    }
    if (appended != null) {
      appended.forget();
    }
    // Another's callback threw a TransactionException, after which a JDBC manager's clean-up
    // commits
    // the business change, and that without its messages.
    if (!endWasAnnounced && connection != null && !rows.isEmpty()) {
      connection.rollBack();
    }
  }
}
