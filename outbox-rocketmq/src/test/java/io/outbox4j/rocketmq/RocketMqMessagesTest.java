package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

class RocketMqMessagesTest {

  @Test
  void whoHasNoIdentityIsNotReceived() {
    MessageExt message = new MessageExt();
    message.setTopic("t");
    message.setQueueId(3);
    message.setQueueOffset(14);
    message.putUserProperty("CE_source", "shop");

    assertThatThrownBy(() -> RocketMqMessages.received("g", message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Message t/3@14 has no property CE_id");
  }

  @Test
  void anyProducerOfCloudEventsWillDo() {
    MessageExt message = new MessageExt();
    message.setTopic("t");
    message.setBody(new byte[] {1});
    message.putUserProperty("CE_source", "shop");
    message.putUserProperty("CE_id", "17");
    message.putUserProperty("CE_datacontenttype", "x");
    message.putUserProperty("trace", "abc");
    message.setKeys("17");

    var received = RocketMqMessages.received("g", message);

    assertThat(received.source()).isEqualTo("shop");
    assertThat(received.messageId()).isEqualTo("17");
    assertThat(received.businessId()).isNull();
    assertThat(received.headers()).containsOnlyKeys("trace");
    assertThat(received.payload()).containsExactly(1);
    assertThat(RocketMqMessages.key(message)).isNull();
  }
}
