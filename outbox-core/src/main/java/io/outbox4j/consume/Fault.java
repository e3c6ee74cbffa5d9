package io.outbox4j.consume;

import io.outbox4j.InProgressElsewhereException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Who is to blame for an exception. Looks at SQLSTATEs rather than at Spring's {@code
 * DataAccessResourceFailureException}, which also stands for rows that are too large.
 */
enum Fault {
  /** Somebody else holds the message. */
  ELSEWHERE,
  /** A deadlock, a lock time-out or a serialisation failure: the same again can work at once. */
  CONTENTION,
  /** There is no connection, or it broke. */
  DATABASE_AWAY,
  /** All else: the handler, or what it was given. */
  MESSAGE;

  /**
   * 40001 serialisation failure or deadlock, 40P01 deadlock (PostgreSQL), 55P03 lock not available
   * (PostgreSQL), HYT00 lock time-out (H2), 90131 concurrent update (H2).
   */
  private static final Set<String> CONTENTION_STATES =
      Set.of("40001", "40P01", "55P03", "HYT00", "90131");

  /** Lock time-out, deadlock, and MariaDB's changed record: they may come as HY000. */
  private static final Set<Integer> CONTENTION_CODES = Set.of(1205, 1213, 1020);

  /** The server is stopping, has crashed, or is starting (PostgreSQL). */
  private static final Set<String> AWAY_STATES = Set.of("57P01", "57P02", "57P03");

  static Fault of(Throwable failure) {
    return Causes.of(failure)
        .map(Fault::ofOne)
        .filter(f -> f != MESSAGE)
        .findFirst()
        .orElse(MESSAGE);
  }

  private static Fault ofOne(Throwable failure) {
    if (failure instanceof InProgressElsewhereException) {
      return ELSEWHERE;
    }
    if (failure instanceof PessimisticLockingFailureException
        || failure instanceof SQLTransactionRollbackException) {
      return CONTENTION;
    }
    if (failure instanceof CannotGetJdbcConnectionException
        || failure instanceof CannotCreateTransactionException
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLTransientConnectionException
        || failure instanceof SQLRecoverableException) {
      return DATABASE_AWAY;
    }
    return failure instanceof SQLException sql ? ofState(sql.getSQLState(), sql) : MESSAGE;
  }

  private static Fault ofState(@Nullable String state, SQLException failure) {
    if (state == null) {
      return MESSAGE;
    }
    if (CONTENTION_STATES.contains(state)
        || state.equals("HY000") && CONTENTION_CODES.contains(failure.getErrorCode())) {
      return CONTENTION;
    }
    return state.startsWith("08") || AWAY_STATES.contains(state) ? DATABASE_AWAY : MESSAGE;
  }
}
