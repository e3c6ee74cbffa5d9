package io.outbox4j.spi;

import io.outbox4j.AppendFailedException;
import io.outbox4j.CancelFailedException;
import io.outbox4j.MessageRefusedException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * The table {@code message_send} of one application: rows of other applications in the same table
 * are never read, changed or deleted.
 *
 * <p>All methods are safe for use by any number of threads. <i>Now</i> is the database's clock at
 * the statement, never the node's and never the transaction's start. Except for {@link #append},
 * every method takes a connection of its own, must not be called within a Spring transaction, and
 * commits before it returns: no row lock outlives the call. They throw Spring's {@code
 * DataAccessException} when the database fails; each may then be called again.
 */
public interface SendStore extends LineStore {

  /** The application whose rows these are; every {@link OutgoingMessage#source()} must equal it. */
  String application();

  /**
   * Checks that a row can be stored unchanged: lengths, characters, the size of a statement. Called
   * by {@code publish} on its caller's thread; does not touch the database.
   *
   * @throws MessageRefusedException naming the field that can't
   */
  void vet(SendRow row);

  /**
   * Inserts rows in the Spring transaction of the calling thread, in as few statements as the
   * database's limits allow, in the order given.
   *
   * @throws AppendFailedException when the database refuses; the message names a duplicate id as
   *     such; carries no third-party text. Never a Spring {@code TransactionException}
   */
  void append(List<NewRow> rows);

  /**
   * Cancels a row in the Spring transaction of the calling thread, if nobody ever claimed it: from
   * then on it is not sent, unless the transaction rolls back.
   *
   * @return whether it was cancelled; false too when it is not there
   * @throws CancelFailedException when the database refuses. Never a Spring {@code
   *     TransactionException}
   */
  boolean cancel(UUID id);

  /**
   * Claims unsent rows that stand in no line and are due, oldest due time first, skipping rows that
   * others have locked. Each becomes due again when the lease ends.
   *
   * @param transport the transport whose rows are wanted
   * @param limit the most rows to claim, at least 1
   * @param maxBytes where the claim ends when payloads and headers add up to more; the first row
   *     comes however large it is
   * @param lease how long this node has, by the database's clock
   * @return the rows, possibly none; none of them was claimed by another call whose lease still
   *     runs
   */
  List<ClaimedRow> claimDue(String transport, int limit, long maxBytes, Duration lease);

  /**
   * Looks what waits for these transports. A plain read, which sees rows that others have locked.
   */
  Unsent unsent(Collection<String> transports);

  /**
   * Records what became of claimed rows: one statement per kind of outcome, in one transaction,
   * rows in ascending id, started again when it is a deadlock's victim.
   *
   * <p>May be repeated with the same settlements when its answer was lost: none takes effect twice.
   *
   * @return how many rows changed; the others belong to a later claim, or were settled before
   */
  int settle(Collection<Settlement> settlements);

  /** Counts what is not sent. */
  Backlog backlog();

  /**
   * Deletes sent and cancelled rows, oldest first; never an unsent or dead one, and none of an
   * unknown status.
   *
   * @param olderThan the age from which a row goes, counted from when it was sent, by the
   *     database's clock
   * @param limit the most rows to delete
   * @return how many were deleted
   */
  int purge(Duration olderThan, int limit);
}
