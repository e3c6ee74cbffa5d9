package io.outbox4j.rocketmq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

/** A client without network, that answers as it is told, and {@code SEND_OK} else. */
final class FakeProducer extends DefaultMQProducer {

  /** What the next requests to the topic {@code t} meet. */
  final Queue<BiConsumer<List<Message>, SendCallback>> answers = new ConcurrentLinkedQueue<>();

  /** The requests, in order. */
  final List<List<Message>> requests = new CopyOnWriteArrayList<>();

  volatile boolean running;

  FakeProducer() {
    super("fake");
    setNamesrvAddr("127.0.0.1:1");
  }

  static SendResult answer(SendStatus status) {
    SendResult answer = new SendResult();
    answer.setSendStatus(status);
    answer.setMessageQueue(new MessageQueue("t", "b", 0));
    answer.setQueueOffset(7);
    return answer;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void shutdown() {
    running = false;
  }

  @Override
  public List<MessageQueue> fetchPublishMessageQueues(String topic) throws MQClientException {
    return List.of(new MessageQueue(topic, "b", 0));
  }

  @Override
  public void send(Message message, MessageQueue queue, SendCallback callback, long timeout) {
    answer(List.of(message), callback);
  }

  @Override
  public void send(
      Collection<Message> messages, MessageQueue queue, SendCallback callback, long timeout) {
    answer(new ArrayList<>(messages), callback);
  }

  private void answer(List<Message> messages, SendCallback callback) {
    requests.add(messages);
    boolean wanted = messages.get(0).getTopic().equals("t");
    BiConsumer<List<Message>, SendCallback> answer = wanted ? answers.poll() : null;
    if (answer == null) {
      callback.onSuccess(answer(SendStatus.SEND_OK));
    } else {
      answer.accept(messages, callback);
    }
  }
}
