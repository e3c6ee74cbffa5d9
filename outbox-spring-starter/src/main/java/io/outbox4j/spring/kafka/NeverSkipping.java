package io.outbox4j.spring.kafka;

import io.outbox4j.spring.listener.InProgress;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * An error handler that delivers a message in progress elsewhere again, without limit, and leaves
 * everything else to the user's. The default one gives up after ten tries and skips the message.
 */
final class NeverSkipping implements CommonErrorHandler {

  private final CommonErrorHandler users;
  private final DefaultErrorHandler again = new DefaultErrorHandler(InProgress.BACK_OFF);

  NeverSkipping(CommonErrorHandler users) {
    this.users = users;
    again.setLogLevel(KafkaException.Level.DEBUG);
  }

  @Override
  public boolean handleOne(
      Exception thrown,
      ConsumerRecord<?, ?> record,
      Consumer<?, ?> consumer,
      MessageListenerContainer container) {
    return !InProgress.isCauseOf(thrown) && users.handleOne(thrown, record, consumer, container);
  }

  @Override
  public void handleRemaining(
      Exception thrown,
      List<ConsumerRecord<?, ?>> records,
      Consumer<?, ?> consumer,
      MessageListenerContainer container) {
    chosen(thrown).handleRemaining(thrown, records, consumer, container);
  }

  private CommonErrorHandler chosen(Exception thrown) {
    return InProgress.isCauseOf(thrown) ? again : users;
  }

  @Override
  public void handleOtherException(
      Exception thrown,
      Consumer<?, ?> consumer,
      MessageListenerContainer container,
      boolean batch) {
    users.handleOtherException(thrown, consumer, container, batch);
  }

  @Override
  public void handleBatch(
      Exception thrown,
      ConsumerRecords<?, ?> data,
      Consumer<?, ?> consumer,
      MessageListenerContainer container,
      Runnable invokeListener) {
    users.handleBatch(thrown, data, consumer, container, invokeListener);
  }

  @Override
  public <K, V> ConsumerRecords<K, V> handleBatchAndReturnRemaining(
      Exception thrown,
      ConsumerRecords<?, ?> data,
      Consumer<?, ?> consumer,
      MessageListenerContainer container,
      Runnable invokeListener) {
    return users.handleBatchAndReturnRemaining(thrown, data, consumer, container, invokeListener);
  }

  @Override
  public boolean seeksAfterHandling() {
    return users.seeksAfterHandling();
  }

  @Override
  public boolean deliveryAttemptHeader() {
    return users.deliveryAttemptHeader();
  }

  @Override
  public int deliveryAttempt(TopicPartitionOffset place) {
    return users.deliveryAttempt(place);
  }

  @Override
  public boolean isAckAfterHandle() {
    return users.isAckAfterHandle();
  }

  @Override
  public void setAckAfterHandle(boolean ack) {
    users.setAckAfterHandle(ack);
  }

  @Override
  public void onPartitionsAssigned(
      Consumer<?, ?> consumer, Collection<TopicPartition> partitions, Runnable publishPause) {
    users.onPartitionsAssigned(consumer, partitions, publishPause);
  }

  @Override
  public void clearThreadState() {
    users.clearThreadState();
    again.clearThreadState();
  }
}
