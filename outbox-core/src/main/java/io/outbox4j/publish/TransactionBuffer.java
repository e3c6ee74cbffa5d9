package io.outbox4j.publish;

import io.outbox4j.spi.SendRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

  /** How much there was at a savepoint. */
  private record Size(int rows, int cancelled) {}

  private final Map<Object, Size> savepoints = new IdentityHashMap<>();
  private List<SendRow> rows = new ArrayList<>();
  private List<SendRow> cancelled = new ArrayList<>();
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

  /** Takes a message out again. Returns whether it was here. */
  boolean cancel(UUID id) {
    for (SendRow row : wanted()) {
      if (row.message().id().equals(id)) {
        cancelled.add(row);
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The last step before COMMIT; what is published later is written through. */
  void append(Appender appender) {
    List<SendRow> all = wanted();
    collects = false;
    if (!all.isEmpty()) {
      appended = appender.append(all);
    }
  }

  /** A row that is published again after it was cancelled is another, though its id is the same. */
  private List<SendRow> wanted() {
    if (cancelled.isEmpty()) {
      return rows;
    }
    Set<SendRow> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    gone.addAll(cancelled);
    return rows.stream().filter(row -> !gone.contains(row)).toList();
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
    savepoints.put(savepoint, new Size(rows.size(), cancelled.size()));
  }

  /** Comes before the database rolls back, possibly again for the same savepoint: it is kept. */
  @Override
  public void savepointRollback(Object savepoint) {
    if (collects) {
      Size size = savepoints.getOrDefault(savepoint, new Size(0, 0));
      rows = new ArrayList<>(rows.subList(0, Math.min(size.rows(), rows.size())));
      cancelled =
          new ArrayList<>(cancelled.subList(0, Math.min(size.cancelled(), cancelled.size())));
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
