package io.outbox4j.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.InProgressElsewhereException;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

class FaultTest {

  @ParameterizedTest(name = "{0}, code {1}: {2}")
  @CsvSource({
    "40001, 0, CONTENTION",
    "40001, 1213, CONTENTION",
    "40P01, 0, CONTENTION",
    "55P03, 0, CONTENTION",
    "HYT00, 50200, CONTENTION",
    "90131, 90131, CONTENTION",
    "HY000, 1205, CONTENTION",
    "HY000, 1020, CONTENTION",
    "HY000, 1366, MESSAGE",
    "08006, 0, DATABASE_AWAY",
    "08S01, 0, DATABASE_AWAY",
    "57P01, 0, DATABASE_AWAY",
    "57014, 0, MESSAGE",
    "54000, 0, MESSAGE",
    "23505, 1205, MESSAGE",
    ", 1205, MESSAGE",
  })
  void sqlStateTells(String state, int code, Fault fault) {
    assertThat(Fault.of(new SQLException("text", state, code))).isEqualTo(fault);
    assertThat(Fault.of(new BatchUpdateException("text", state, code, new int[0])))
        .isEqualTo(fault);
  }

  @Test
  void typeTells() {
    assertThat(Fault.of(new SQLTransactionRollbackException())).isEqualTo(Fault.CONTENTION);
    assertThat(Fault.of(new CannotAcquireLockException(""))).isEqualTo(Fault.CONTENTION);
    assertThat(Fault.of(new SQLTransientConnectionException())).isEqualTo(Fault.DATABASE_AWAY);
    assertThat(Fault.of(new CannotGetJdbcConnectionException(""))).isEqualTo(Fault.DATABASE_AWAY);
    assertThat(Fault.of(new CannotCreateTransactionException(""))).isEqualTo(Fault.DATABASE_AWAY);
    assertThat(Fault.of(new InProgressElsewhereException(PointsService.message("1"))))
        .isEqualTo(Fault.ELSEWHERE);
  }

  @Test
  void restIsTheMessages() {
    assertThat(Fault.of(new IOException())).isEqualTo(Fault.MESSAGE);
    assertThat(Fault.of(new AssertionError())).isEqualTo(Fault.MESSAGE);
    assertThat(Fault.of(new SQLIntegrityConstraintViolationException())).isEqualTo(Fault.MESSAGE);
    assertThat(Fault.of(new OptimisticLockingFailureException(""))).isEqualTo(Fault.MESSAGE);
    assertThat(Fault.of(new TransactionTimedOutException(""))).isEqualTo(Fault.MESSAGE);
    // Spring's name for a row that is too large for PostgreSQL.
    assertThat(
            Fault.of(new DataAccessResourceFailureException("", new SQLException("text", "54000"))))
        .isEqualTo(Fault.MESSAGE);
  }

  @Test
  void causesTellToo() {
    SQLException deadlock = new SQLException("text", "40P01");
    SQLException lost = new SQLException("text", "08003", deadlock);

    assertThat(Fault.of(new IllegalStateException(new IOException(deadlock))))
        .isEqualTo(Fault.CONTENTION);
    assertThat(Fault.of(lost)).isEqualTo(Fault.DATABASE_AWAY);
  }

  @Test
  void chainThatEndsInItselfEnds() {
    Exception one = new Exception();
    Exception two = new Exception(one);
    one.initCause(two);

    assertThat(Fault.of(one)).isEqualTo(Fault.MESSAGE);
  }
}
