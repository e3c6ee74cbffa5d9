package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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

class SqlFailuresTest {

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of("23505", 0, DuplicateKeyException.class),
        Arguments.of("23000", 1062, DuplicateKeyException.class),
        Arguments.of("23000", 1048, DataIntegrityViolationException.class),
        Arguments.of("22001", 0, DataIntegrityViolationException.class),
        Arguments.of("40P01", 0, PessimisticLockingFailureException.class),
        Arguments.of("40001", 1213, PessimisticLockingFailureException.class),
        Arguments.of("55P03", 0, CannotAcquireLockException.class),
        Arguments.of("HY000", 1205, CannotAcquireLockException.class),
        Arguments.of("HYT00", 50200, CannotAcquireLockException.class),
        Arguments.of("57014", 0, QueryTimeoutException.class),
        Arguments.of("70100", 1969, QueryTimeoutException.class),
        Arguments.of("08006", 0, DataAccessResourceFailureException.class),
        Arguments.of("57P01", 0, TransientDataAccessResourceException.class),
        Arguments.of("53300", 0, TransientDataAccessResourceException.class),
        Arguments.of("42P01", 0, InvalidDataAccessResourceUsageException.class),
        Arguments.of(null, 7, UncategorizedSQLException.class));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void eachErrorHasItsClassAndKeepsStateAndCodeButNoText(
      String state, int code, Class<? extends DataAccessException> expected) {
    SQLException error = new SQLException("s3cret", state, code, new SQLException("s3cret"));
    error.setNextException(new SQLException("s3cret"));
    error.addSuppressed(new SQLException("s3cret"));

    DataAccessException translated = SqlFailures.translate("claiming rows", error);

    assertThat(translated)
        .isExactlyInstanceOf(expected)
        .hasMessageContaining("claiming rows failed")
        .hasMessageContaining("code " + code)
        .hasNoSuppressedExceptions();
    assertThat(translated.toString()).doesNotContain("s3cret");
    assertThat(translated.getCause())
        .isInstanceOfSatisfying(
            SQLException.class,
            cause -> {
              assertThat(cause.toString()).doesNotContain("s3cret");
              assertThat(cause.getSQLState()).isEqualTo(state);
              assertThat(cause.getErrorCode()).isEqualTo(code);
              assertThat((Object) cause.getNextException()).isNull();
              assertThat(cause.getCause()).isNull();
              assertThat(cause.getSuppressed()).isEmpty();
            });
  }

  @Test
  void aTimeoutIsToldByItsClass() {
    assertThat(SqlFailures.translate("x", new SQLTimeoutException("s3cret")))
        .isExactlyInstanceOf(QueryTimeoutException.class);
  }
}
