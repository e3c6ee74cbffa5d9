package io.outbox4j.rocketmq;

import io.outbox4j.spi.OutgoingMessage;
import java.util.List;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/** Which queue of a topic a message goes to. */
final class Queues {

  private Queues() {}

  /**
   * The queue asked for; or the one of the key, the same that {@code SelectMessageQueueByHash}
   * takes; or the one whose turn it is. A queue number that several brokers have is a choice among
   * theirs.
   *
   * @param turn counts messages without a key
   * @return null when the queue asked for does not exist
   */
  static @Nullable MessageQueue choose(List<MessageQueue> all, OutgoingMessage message, int turn) {
    Integer wanted = message.partition();
    List<MessageQueue> queues =
        wanted == null ? all : all.stream().filter(queue -> queue.getQueueId() == wanted).toList();
    if (queues.isEmpty()) {
      return null;
    }
    int number = message.key() == null ? turn : message.key().hashCode();
    return queues.get(Math.abs(number % queues.size()));
  }
}
