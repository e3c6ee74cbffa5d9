package io.outbox4j.spring.rocketmq;

import io.outbox4j.ReceivedMessage;
import io.outbox4j.rocketmq.RocketMqMessages;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.springframework.util.StringUtils;

/**
 * What a listener received, as a message for the inbox.
 *
 * <p>A message whose producer gave it no identity is known by the id that the producer's client
 * gave it, which stays the same in all redeliveries.
 */
final class ReceivedExt {

  private ReceivedExt() {}

  static ReceivedMessage of(String group, MessageExt message) {
    if (StringUtils.hasText(message.getProperty("CE_id"))
        && StringUtils.hasText(message.getProperty("CE_source"))) {
      return RocketMqMessages.received(group, message);
    }
    ReceivedMessage.Builder received =
        ReceivedMessage.of(group, "rocketmq:" + message.getTopic(), message.getMsgId())
            .topic(message.getTopic())
            .place(message.getQueueId(), message.getQueueOffset())
            .payload(message.getBody());
    message
        .getProperties()
        .forEach(
            (name, value) -> {
              if (!MessageConst.STRING_HASH_SET.contains(name)) {
                received.header(name, value);
              }
            });
    return received.build();
  }
}
