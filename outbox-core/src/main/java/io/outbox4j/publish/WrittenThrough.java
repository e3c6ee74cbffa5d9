package io.outbox4j.publish;

import io.outbox4j.spi.SendRow;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The rows of one {@code publish} that were appended at once, waiting for the end of their
 * transaction. Spring moves it aside while the transaction is suspended.
 */
final class WrittenThrough implements TransactionSynchronization, PriorityOrdered {

  private static final Logger log = LoggerFactory.getLogger(WrittenThrough.class);

  private final Appender.Appended appended;
  private final Set<Object> laterSavepoints = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean afterCommitCame;
  private boolean settled;

  private WrittenThrough(Appender.Appended appended) {
    this.appended = appended;
  }

  static void append(List<SendRow> rows, Appender appender) {
    TransactionSynchronizationManager.registerSynchronization(
        new WrittenThrough(appender.append(rows)));
  }

  @Override
  public int getOrder() {
    return PriorityOrdered.HIGHEST_PRECEDENCE;
  }

  @Override
  public void savepoint(Object savepoint) {
    laterSavepoints.add(savepoint);
  }

  @Override
  public void savepointRollback(Object savepoint) {
    // One that was not heard of is older than the rows, and takes them with it.
    if (!laterSavepoints.contains(savepoint)) {
      forget();
    }
  }

  @Override
  public void afterCommit() {
    afterCommitCame = true;
  }

  @Override
  public void afterCompletion(int status) {
    if (settled) {
      return;
    }
    if (status != STATUS_COMMITTED) {
      forget();
    } else if (afterCommitCame) {
      settled = true;
      appended.committed();
    } else {
      // Whoever hears of the end but not of the commit came after the commit: the rows may be gone.
      forget();
      log.error(
          "{} messages were published after the commit of their transaction, which only some"
              + " databases store; give its transaction manager to the outbox (listenTo), which then"
              + " refuses them",
          appended.rows().size());
    }
  }

  private void forget() {
    if (!settled) {
      settled = true;
      appended.forget();
    }
  }
}
