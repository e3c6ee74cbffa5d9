package io.outbox4j.spring.rocketmq;

import java.util.List;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * An orderly listener inside the inbox. Of several messages, those before the first that fails come
 * again with it, and are recognised.
 */
final class IdempotentOrderly implements MessageListenerOrderly {

  private final MessageListenerOrderly users;
  private final IdempotentDelivery delivery;

  IdempotentOrderly(MessageListenerOrderly users, IdempotentDelivery delivery) {
    this.users = users;
    this.delivery = delivery;
  }

  @Override
  public ConsumeOrderlyStatus consumeMessage(
      List<MessageExt> messages, ConsumeOrderlyContext context) {
    for (MessageExt message : messages) {
      if (!delivery.isDone(
          message,
          () -> users.consumeMessage(List.of(message), context) == ConsumeOrderlyStatus.SUCCESS)) {
        return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
      }
    }
    return ConsumeOrderlyStatus.SUCCESS;
  }
}
