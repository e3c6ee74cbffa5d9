package io.outbox4j.publish;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.SendRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Publishes in the Spring transaction of the calling thread.
 *
 * <p>In a transaction that was begun by a manager given to {@link #listenTo}, messages wait in
 * memory and go in as one batch right before the commit. In any other transaction of the
 * DataSource, and after that batch (in {@code @PostPersist} during the commit, for instance),
 * {@code publish} writes at once. Either way the messages are handed over when Spring says that the
 * transaction committed; when nobody can say, they are left to the table.
 *
 * <p>Exact with the savepoints of {@code NESTED} and {@code TransactionStatus}. <b>One that is set
 * on the JDBC connection itself is not seen</b>: what was published after it goes in although the
 * database rolled back to it.
 *
 * <p>A payload given as {@code byte[]} is copied and goes out as {@code application/octet-stream};
 * text goes out as UTF-8 with the media type {@code text/plain; charset=utf-8}.
 */
public final class TransactionalOutbox implements Outbox {

  private final Preparation preparation;
  private final Transactions transactions;
  private final Appender appender;

  /** Creates an outbox; it touches neither the database nor a broker. */
  public TransactionalOutbox(PublishWiring wiring) {
    this.preparation = new Preparation(wiring);
    this.transactions = new Transactions(wiring.dataSource());
    this.appender = new Appender(wiring.store(), wiring.handOver(), wiring.metrics());
  }

  /**
   * Hears from this manager when its transactions begin and end. Give it every transaction manager
   * of the outbox's DataSource, and the JTA one if there is one, before their first transaction.
   *
   * <p>Managers of other DataSources, those without synchronization and those that were given
   * before are left alone. In transactions of a manager that is not given, each call of {@code
   * publish} costs a statement of its own, and one of another DataSource inside of them can't be
   * told from them.
   */
  public synchronized void listenTo(PlatformTransactionManager manager) {
    transactions.listenTo(manager, appender);
  }

  @Override
  public UUID publish(OutboxMessage message) {
    return publish(List.of(message)).get(0);
  }

  @Override
  public List<UUID> publish(Collection<OutboxMessage> messages) {
    TransactionBuffer buffer = transactions.demand();
    List<SendRow> rows = new ArrayList<>(messages.size());
    for (OutboxMessage message : messages) {
      rows.add(preparation.prepare(message));
    }
    if (buffer != null && buffer.collects()) {
      buffer.add(rows);
    } else if (!rows.isEmpty()) {
      WrittenThrough.append(rows, appender);
    }
    return rows.stream().map(row -> row.message().id()).toList();
  }

  @Override
  public boolean cancel(UUID id) {
    TransactionBuffer buffer = transactions.demand();
    if (buffer != null && buffer.collects() && buffer.cancel(id)) {
      return true;
    }
    return appender.cancel(id);
  }
}
