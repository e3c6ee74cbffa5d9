package io.outbox4j.publish;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/** Asks JTA itself whether a transaction runs. Loaded only where its API is there. */
final class GlobalTransaction {

  private final JtaTransactionManager manager;

  private GlobalTransaction(JtaTransactionManager manager) {
    this.manager = manager;
  }

  /** The JTA behind a manager, or null when it is a local one. */
  static @Nullable GlobalTransaction of(PlatformTransactionManager manager) {
    return manager instanceof JtaTransactionManager jta ? new GlobalTransaction(jta) : null;
  }

  /** Whether the calling thread has a transaction that is neither ending nor ended. */
  boolean runs() {
    try {
      int status = status();
      return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    } catch (SystemException unknown) {
      return false;
    }
  }

  private int status() throws SystemException {
    TransactionManager transactions = manager.getTransactionManager();
    if (transactions != null) {
      return transactions.getStatus();
    }
    UserTransaction user = Objects.requireNonNull(manager.getUserTransaction());
    return user.getStatus();
  }
}
