package io.outbox4j;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Publishes messages in the running transaction: they go out if, and only if, it commits.
 *
 * <p>The message's row is written to the table {@code message_send} together with the business
 * change. After the commit the message goes to the broker; if that fails, or the process dies, the
 * row is sent later. Neither call ever waits for a broker.
 *
 * <p>Every call needs an active, writable Spring transaction on the DataSource that owns {@code
 * message_send}, on the calling thread. Implementations are safe for use by any number of threads.
 */
public interface Outbox {

  /**
   * Publishes one message in the running transaction.
   *
   * @return the message's id: the one given in the message, otherwise a new time-ordered UUID
   *     (version 7, RFC 9562)
   * @throws NotInTransactionException when there is no transaction, or not the right one; nothing
   *     was written
   * @throws MessageRefusedException when a field can't be stored or sent unchanged; nothing was
   *     written and the transaction can go on
   * @throws AppendFailedException when the row was to be written at once and the database refused
   *     it; the transaction must roll back
   */
  UUID publish(OutboxMessage message);

  /**
   * Publishes several messages in the running transaction, in the order given. All of them are
   * checked before the first is taken.
   *
   * @return the ids, in the order of the messages
   * @throws NotInTransactionException see {@link #publish(OutboxMessage)}
   * @throws MessageRefusedException see {@link #publish(OutboxMessage)}; none of the messages was
   *     taken
   * @throws AppendFailedException see {@link #publish(OutboxMessage)}
   */
  List<UUID> publish(Collection<OutboxMessage> messages);

  /**
   * Cancels a message in the running transaction: if that commits, the message is never sent. For
   * messages that are {@linkplain OutboxMessage.Builder#deliverAfter delayed}, or published by this
   * transaction, if the outbox follows its transaction manager; any other is likely to be on its
   * way.
   *
   * @param id what {@code publish} returned
   * @return true if the message was not sent and will not be; false when it was sent, a node is
   *     sending or has tried to send it, or there is no such message
   * @throws NotInTransactionException see {@link #publish(OutboxMessage)}
   * @throws CancelFailedException when the database refused; the transaction must roll back
   */
  boolean cancel(UUID id);
}
