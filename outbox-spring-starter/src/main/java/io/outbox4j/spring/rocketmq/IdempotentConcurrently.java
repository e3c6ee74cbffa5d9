package io.outbox4j.spring.rocketmq;

import java.util.List;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.message.MessageExt;

/** A concurrent listener inside the inbox. Of several messages, the first that fails ends it. */
final class IdempotentConcurrently implements MessageListenerConcurrently {

  private final MessageListenerConcurrently users;
  private final IdempotentDelivery delivery;

  IdempotentConcurrently(MessageListenerConcurrently users, IdempotentDelivery delivery) {
    this.users = users;
    this.delivery = delivery;
  }

  @Override
  public ConsumeConcurrentlyStatus consumeMessage(
      List<MessageExt> messages, ConsumeConcurrentlyContext context) {
    for (int i = 0; i < messages.size(); i++) {
      List<MessageExt> one = List.of(messages.get(i));
      if (!delivery.isDone(
          one.get(0),
          () -> users.consumeMessage(one, context) == ConsumeConcurrentlyStatus.CONSUME_SUCCESS)) {
        context.setAckIndex(i - 1);
        return i == 0
            ? ConsumeConcurrentlyStatus.RECONSUME_LATER
            : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
      }
    }
    return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
  }
}
