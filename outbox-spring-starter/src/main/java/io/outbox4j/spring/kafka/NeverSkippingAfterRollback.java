package io.outbox4j.spring.kafka;

import io.outbox4j.spring.listener.InProgress;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.kafka.listener.AfterRollbackProcessor;
import org.springframework.kafka.listener.ContainerProperties.EOSMode;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * The counterpart of {@link NeverSkipping} in a container with transactions, whose default one
 * skips after ten tries, too.
 */
final class NeverSkippingAfterRollback<K, V> implements AfterRollbackProcessor<K, V> {

  private final AfterRollbackProcessor<K, V> users;
  private final AfterRollbackProcessor<K, V> again =
      new DefaultAfterRollbackProcessor<>(InProgress.BACK_OFF);

  NeverSkippingAfterRollback(AfterRollbackProcessor<K, V> users) {
    this.users = users;
  }

  @Override
  public void process(
      List<ConsumerRecord<K, V>> records,
      Consumer<K, V> consumer,
      MessageListenerContainer container,
      Exception exception,
      boolean recoverable,
      EOSMode eosMode) {
    (InProgress.isCauseOf(exception) ? again : users)
        .process(records, consumer, container, exception, recoverable, eosMode);
  }

  @Override
  public void processBatch(
      ConsumerRecords<K, V> records,
      List<ConsumerRecord<K, V>> recordList,
      Consumer<K, V> consumer,
      MessageListenerContainer container,
      Exception exception,
      boolean recoverable,
      EOSMode eosMode) {
    users.processBatch(records, recordList, consumer, container, exception, recoverable, eosMode);
  }

  @Override
  public boolean isProcessInTransaction() {
    return users.isProcessInTransaction();
  }

  @Override
  public void clearThreadState() {
    users.clearThreadState();
    again.clearThreadState();
  }
}
