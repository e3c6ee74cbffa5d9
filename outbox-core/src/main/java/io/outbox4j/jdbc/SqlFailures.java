package io.outbox4j.jdbc;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.UncategorizedSQLException;

/**
 * Drivers' errors in our own words. A driver's text may hold bound values, and so payload: neither
 * the error nor its causes repeat it. Class, SQLSTATE and code stay, also as an {@link
 * SQLException} among the causes.
 *
 * <p>Told apart by SQLSTATE and code, never by text, which servers translate:
 *
 * <pre>
 *                    PostgreSQL     MySQL, MariaDB   H2
 *  duplicate key     23505          1062             23505
 *  lock not got      55P03          1205, 3572       50200, 90131
 *  deadlock          40P01, 40001   1213, 1020       40001
 *  broken off        57014          1317, 3024,      57014
 *                                   1969
 * </pre>
 */
final class SqlFailures {

  // MySQL and MariaDB give most of their codes the states HY000 and 70100.
  private static final Set<String> DEADLOCK = Set.of("40P01", "40001");
  private static final Set<Integer> DEADLOCK_CODES = Set.of(1213, 1020);
  private static final Set<Integer> LOCK_TIMEOUT_CODES = Set.of(1205, 3572, 50200, 90131);
  private static final Set<Integer> BROKEN_OFF_CODES = Set.of(1317, 1969, 3024);
  private static final int DUPLICATE_CODE = 1062;

  private SqlFailures() {}

  static boolean isDuplicate(SQLException e) {
    return state(e).equals("23505") || e.getErrorCode() == DUPLICATE_CODE;
  }

  /** The victim of a deadlock or of a serialisation failure: it may start again at once. */
  static boolean isDeadlock(SQLException e) {
    return DEADLOCK.contains(state(e)) || DEADLOCK_CODES.contains(e.getErrorCode());
  }

  /** The lock was not got within the time allowed. */
  static boolean isLockTimeout(SQLException e) {
    return state(e).equals("55P03") || LOCK_TIMEOUT_CODES.contains(e.getErrorCode());
  }

  static boolean isBrokenOff(SQLException e) {
    return e instanceof SQLTimeoutException
        || state(e).equals("57014")
        || BROKEN_OFF_CODES.contains(e.getErrorCode());
  }

  static DataAccessException translate(String task, SQLException e) {
    String text = describe(task, e);
    SQLException cause = withoutText(e);
    String state = state(e);
    if (isDuplicate(e)) {
      return new DuplicateKeyException(text, cause);
    }
    if (isLockTimeout(e)) {
      return new CannotAcquireLockException(text, cause);
    }
    if (isDeadlock(e)) {
      return new PessimisticLockingFailureException(text, cause);
    }
    if (isBrokenOff(e)) {
      return new QueryTimeoutException(text, cause);
    }
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08" -> new DataAccessResourceFailureException(text, cause);
      case "53", "57", "58" -> new TransientDataAccessResourceException(text, cause);
      case "22", "23" -> new DataIntegrityViolationException(text, cause);
      case "42" -> new InvalidDataAccessResourceUsageException(text, cause);
      default -> new UncategorizedSQLException(text, null, cause);
    };
  }

  static String describe(String task, SQLException e) {
    return "%s failed: %s, SQLSTATE %s, code %d"
        .formatted(task, e.getClass().getSimpleName(), state(e), e.getErrorCode());
  }

  /** The same error, from the same place, without its text and its causes. */
  private static SQLException withoutText(SQLException e) {
    SQLException bare = new SQLException(e.getClass().getName(), e.getSQLState(), e.getErrorCode());
    bare.setStackTrace(e.getStackTrace());
    return bare;
  }

  private static String state(SQLException e) {
    @Nullable String state = e.getSQLState();
    return state == null ? "" : state.toUpperCase(Locale.ROOT);
  }
}
