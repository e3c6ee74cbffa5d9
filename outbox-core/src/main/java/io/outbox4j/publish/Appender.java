package io.outbox4j.publish;

import io.outbox4j.AppendFailedException;
import io.outbox4j.spi.HandOver;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Appends rows in the running transaction and keeps their reservation until its end. */
record Appender(SendStore store, HandOver handOver, OutboxMetrics metrics) {

  /**
   * Reserves room and appends.
   *
   * @throws AppendFailedException also in place of a TransactionException, after which a
   *     transaction manager would not roll back
   */
  Appended append(List<SendRow> rows) {
    HandOver.Reservation reservation = handOver.reserve(rows);
    boolean appended = false;
    try {
      store.append(reservation.rows());
      appended = true;
    } catch (TransactionException failure) {
      throw translated(failure);
    } finally {
      if (!appended) {
        reservation.forget();
      }
    }
    return new Appended(rows, reservation, metrics);
  }

  /** Cancels a row of an earlier transaction, and lets who met its lock come again. */
  boolean cancel(UUID id) {
    if (!store.cancel(id)) {
      return false;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCompletion(int status) {
            handOver.released();
          }
        });
    return true;
  }

  static AppendFailedException translated(TransactionException failure) {
    return new AppendFailedException(
        "The messages' rows could not be appended: the transaction failed with "
            + failure.getClass().getName());
  }

  /** Rows that are in the table, if their transaction commits. */
  record Appended(List<SendRow> rows, HandOver.Reservation reservation, OutboxMetrics metrics) {

    void committed() {
      reservation.committed();
      TreeMap<String, Integer> counts = new TreeMap<>();
      rows.forEach(row -> counts.merge(row.transport(), 1, Integer::sum));
      counts.forEach(metrics::published);
    }

    void forget() {
      reservation.forget();
    }
  }
}
