package io.outbox4j.publish;

import io.outbox4j.NotInTransactionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import org.springframework.util.ClassUtils;

/**
 * The transactions of the outbox's DataSource: which buffer belongs to the one that runs on the
 * calling thread.
 *
 * <p>The buffer of the running transaction and the last of the suspended ones are bound to the
 * thread as Spring's resources are.
 */
final class Transactions {

  private static final ClassLoader CLASSES = Transactions.class.getClassLoader();
  private static final boolean ORM =
      ClassUtils.isPresent("org.springframework.orm.jpa.EntityManagerHolder", CLASSES);
  private static final boolean JTA =
      ClassUtils.isPresent("jakarta.transaction.UserTransaction", CLASSES);

  private final DataSource dataSource;
  private final TransactionCheck check;
  private final Object currentKey = new Object();
  private final Object suspendedKey = new Object();
  private final List<GlobalTransaction> globals = new CopyOnWriteArrayList<>();

  Transactions(DataSource dataSource) {
    this.dataSource = dataSource;
    this.check = new TransactionCheck(dataSource, this);
  }

  void listenTo(PlatformTransactionManager manager, Appender appender) {
    if (!(manager instanceof ConfigurableTransactionManager configurable) || !concerns(manager)) {
      return;
    }
    Collection<TransactionExecutionListener> present =
        configurable.getTransactionExecutionListeners();
    if (present.stream().anyMatch(this::isOurs)) {
      return;
    }
    GlobalTransaction global = JTA ? GlobalTransaction.of(manager) : null;
    if (global != null) {
      globals.add(global);
    }
    CommitListener listener = new CommitListener(this, appender, global != null, flushOf(manager));
    try {
      configurable.addListener(listener);
    } catch (UnsupportedOperationException immutable) {
      List<TransactionExecutionListener> copy = new ArrayList<>(present);
      copy.add(listener);
      configurable.setTransactionExecutionListeners(copy);
    }
  }

  private boolean isOurs(TransactionExecutionListener listener) {
    return listener instanceof CommitListener ours && ours.belongsTo(this);
  }

  private boolean concerns(PlatformTransactionManager manager) {
    if (manager instanceof AbstractPlatformTransactionManager known
        && known.getTransactionSynchronization()
            == AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER) {
      return false;
    }
    if (!(manager instanceof ResourceTransactionManager local)) {
      return true;
    }
    Object resource = local.getResourceFactory();
    if (!(resource instanceof DataSource) && ORM) {
      resource = JpaFlush.dataSource(local);
    }
    return !(resource instanceof DataSource other)
        || TransactionSynchronizationUtils.unwrapResourceIfNecessary(other)
            == TransactionSynchronizationUtils.unwrapResourceIfNecessary(dataSource);
  }

  private static @Nullable JpaFlush flushOf(PlatformTransactionManager manager) {
    return ORM && manager instanceof ResourceTransactionManager local ? JpaFlush.of(local) : null;
  }

  /**
   * Demands a transaction that can hold a message.
   *
   * @return its buffer; null when its begin was not seen, so that rows must be appended at once
   */
  @Nullable TransactionBuffer demand() throws NotInTransactionException {
    TransactionBuffer buffer = current();
    check.demand(buffer);
    return buffer;
  }

  /** A new transaction began; it gets a buffer if it can be one of the outbox's DataSource. */
  void begin(boolean global) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      return;
    }
    BoundConnection bound = bound();
    if (!global && (bound == null || isSuspended(bound))) {
      return;
    }
    TransactionBuffer buffer = new TransactionBuffer(this, global ? null : bound);
    TransactionSynchronizationManager.registerSynchronization(buffer);
    bind(currentKey, buffer);
  }

  @Nullable TransactionBuffer current() {
    return (TransactionBuffer) TransactionSynchronizationManager.getResource(currentKey);
  }

  /** The connection bound to the thread for the outbox's DataSource, or null. */
  @Nullable BoundConnection bound() {
    return TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder it
        ? new BoundConnection(it)
        : null;
  }

  /**
   * Whether a connection belongs to a transaction that is suspended. A transaction of another
   * DataSource leaves the connection of the outer one bound to the thread.
   */
  boolean isSuspended(BoundConnection bound) {
    TransactionBuffer buffer = suspended();
    while (buffer != null && !buffer.holds(bound)) {
      buffer = buffer.suspendedBefore();
    }
    return buffer != null;
  }

  boolean globalRuns() {
    return globals.stream().anyMatch(GlobalTransaction::runs);
  }

  void suspend(TransactionBuffer buffer) {
    unbind(buffer);
    buffer.suspendedOnTopOf(suspended());
    bind(suspendedKey, buffer);
  }

  void resume(TransactionBuffer buffer) {
    TransactionSynchronizationManager.unbindResourceIfPossible(suspendedKey);
    TransactionBuffer before = buffer.suspendedBefore();
    if (before != null) {
      bind(suspendedKey, before);
    }
    buffer.suspendedOnTopOf(null);
    bind(currentKey, buffer);
  }

  void unbind(TransactionBuffer buffer) {
    if (current() == buffer) {
      TransactionSynchronizationManager.unbindResource(currentKey);
    }
  }

  /** Binds over what a transaction may have left that was never completed. */
  private static void bind(Object key, TransactionBuffer buffer) {
    TransactionSynchronizationManager.unbindResourceIfPossible(key);
    TransactionSynchronizationManager.bindResource(key, buffer);
  }

  private @Nullable TransactionBuffer suspended() {
    return (TransactionBuffer) TransactionSynchronizationManager.getResource(suspendedKey);
  }
}
