package io.outbox4j.spring.kafka;

import io.outbox4j.Inbox;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.ReceivedMessage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.adapter.AbstractDelegatingMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A listener inside the inbox: admitted, called and committed, or recognised as a duplicate.
 *
 * <p>The container calls the shape of the innermost delegate's type, so all four are here.
 */
final class IdempotentListener<K, V>
    extends AbstractDelegatingMessageListenerAdapter<MessageListener<K, V>>
    implements AcknowledgingConsumerAwareMessageListener<K, V> {

  private final Inbox inbox;
  private final Function<ConsumerRecord<?, ?>, ReceivedMessage> received;

  IdempotentListener(
      MessageListener<K, V> listener,
      Inbox inbox,
      Function<ConsumerRecord<?, ?>, ReceivedMessage> received) {
    super(listener);
    this.inbox = inbox;
    this.received = received;
  }

  @Override
  public void onMessage(
      ConsumerRecord<K, V> record,
      @Nullable Acknowledgment acknowledgment,
      @Nullable Consumer<?, ?> consumer) {
    ReceivedMessage message = received.apply(record);
    if (acknowledgment == null) {
      inbox.process(message, handled -> call(record, null, consumer));
      return;
    }
    boolean joins = TransactionSynchronizationManager.isActualTransactionActive();
    HeldAcknowledgment held = new HeldAcknowledgment(acknowledgment);
    try {
      Outcome outcome = inbox.process(message, handled -> call(record, held, consumer, handled));
      if (outcome != Outcome.CONSUMED) {
        // The listener, which would have done it, does not see this one again.
        held.acknowledge();
      }
      if (joins) {
        TransactionSynchronizationManager.registerSynchronization(new AfterCommit(held));
      } else {
        held.release();
      }
    } catch (NackedException nacked) {
      if (joins) {
        throw nacked;
      }
      held.release();
    }
  }

  private void call(
      ConsumerRecord<K, V> record,
      HeldAcknowledgment held,
      @Nullable Consumer<?, ?> consumer,
      ReceivedMessage message) {
    held.forget();
    call(record, held, consumer);
    if (held.nacked()) {
      throw new NackedException(message);
    }
  }

  private void call(
      ConsumerRecord<K, V> record,
      @Nullable Acknowledgment acknowledgment,
      @Nullable Consumer<?, ?> consumer) {
    switch (delegateType) {
      case ACKNOWLEDGING_CONSUMER_AWARE -> delegate.onMessage(record, acknowledgment, consumer);
      case ACKNOWLEDGING -> delegate.onMessage(record, acknowledgment);
      case CONSUMER_AWARE -> delegate.onMessage(record, consumer);
      case SIMPLE -> delegate.onMessage(record);
    }
  }

  @Override
  public void onMessage(ConsumerRecord<K, V> record) {
    onMessage(record, null, null);
  }

  @Override
  public void onMessage(ConsumerRecord<K, V> record, @Nullable Acknowledgment acknowledgment) {
    onMessage(record, acknowledgment, null);
  }

  @Override
  public void onMessage(ConsumerRecord<K, V> record, @Nullable Consumer<?, ?> consumer) {
    onMessage(record, null, consumer);
  }

  /** The end of a transaction that somebody else began. */
  private record AfterCommit(HeldAcknowledgment held) implements TransactionSynchronization {
    @Override
    public void afterCompletion(int status) {
      if (status == STATUS_COMMITTED) {
        held.release();
      }
    }
  }
}
