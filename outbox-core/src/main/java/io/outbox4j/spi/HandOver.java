package io.outbox4j.spi;

import java.util.List;

/**
 * Where a publisher leaves its rows for the sending engine. No method waits for the database or a
 * broker: they run inside the business transaction and its callbacks.
 */
public interface HandOver {

  /**
   * Reserves room in memory for rows that are about to be inserted, and says how each is to be
   * born. The clock of the rows' leases starts here, so the INSERT must follow at once.
   *
   * <p>Exactly one of {@link Reservation#committed} and {@link Reservation#forget} must be called
   * at the end of the transaction.
   */
  Reservation reserve(List<SendRow> rows);

  /** Rows were locked by a transaction that is over: who came for them meanwhile comes again. */
  void released();

  /** Rows between their INSERT and the end of their transaction. */
  interface Reservation {

    /** The rows as they must be inserted, in the order given. */
    List<NewRow> rows();

    /** The transaction committed: rows in memory go out, the others are fetched. */
    void committed();

    /**
     * The transaction rolled back, or nobody knows: room is given back and nothing is sent from
     * memory. If the rows are there, they will be claimed when due.
     */
    void forget();
  }
}
