package io.outbox4j.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.testkit.MessageDraft;
import java.util.List;
import org.apache.rocketmq.client.producer.selector.SelectMessageQueueByHash;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueuesTest {

  private static final List<MessageQueue> ALL =
      List.of(
          new MessageQueue("t", "a", 0),
          new MessageQueue("t", "a", 1),
          new MessageQueue("t", "b", 0));

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "negative-hash", "polygenelubricants", "订单"})
  void aKeyHasTheQueueThatRocketMqsSelectorTakes(String key) {
    assertThat(Queues.choose(ALL, MessageDraft.to("t").key(key).build(), 1))
        .isEqualTo(new SelectMessageQueueByHash().select(ALL, null, key));
  }

  @Test
  void messagesWithoutAKeyTakeTurns() {
    for (int turn = 0; turn < 6; turn++) {
      assertThat(Queues.choose(ALL, MessageDraft.to("t").build(), turn))
          .isEqualTo(ALL.get(turn % 3));
    }
  }

  @Test
  void aQueueAskedForIsTaken() {
    assertThat(Queues.choose(ALL, MessageDraft.to("t").partition(1).build(), 0))
        .isEqualTo(ALL.get(1));
    assertThat(Queues.choose(ALL, MessageDraft.to("t").partition(0).build(), 1))
        .isEqualTo(ALL.get(2));
    assertThat(Queues.choose(ALL, MessageDraft.to("t").partition(2).build(), 0)).isNull();
  }
}
