package io.outbox4j.spring.rocketmq;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spring.listener.Chosen;
import io.outbox4j.spring.listener.Inboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.MessageListener;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.spring.annotation.MessageModel;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.support.DefaultRocketMQListenerContainer;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Makes containers idempotent, before their start: every one is a bean. What the user put around
 * the container's listener ({@code prepareStart}) stays inside.
 *
 * <pre>
 *  consumer ─> [inbox] ─> user's wrapper ─> container ─> converter ─> [noting] ─> listener
 * </pre>
 */
final class IdempotentContainers implements BeanPostProcessor {

  private final Inboxes inboxes;
  private final boolean all;

  /**
   * Creates it.
   *
   * @param inboxes looked up when the first idempotent listener appears
   * @param all whether listeners without annotation are idempotent, too
   */
  IdempotentContainers(Inboxes inboxes, boolean all) {
    this.inboxes = inboxes;
    this.all = all;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof DefaultRocketMQListenerContainer container) {
      Object listener =
          container.getRocketMQListener() == null
              ? container.getRocketMQReplyListener()
              : container.getRocketMQListener();
      Chosen.ofBean(listener, all).ifPresent(chosen -> wrap(container, chosen.keepPayload()));
    }
    return bean;
  }

  private void wrap(DefaultRocketMQListenerContainer container, boolean keepPayload) {
    check(container);
    Noting<?> noting = noting(container.getRocketMQListener());
    container.setRocketMQListener(noting);
    DefaultMQPushConsumer consumer = container.getConsumer();
    IdempotentDelivery delivery =
        new IdempotentDelivery(
            inboxes.inbox(keepPayload),
            container.getConsumerGroup(),
            noting,
            // Whoever takes longer than the time-out is sent the message once more.
            Duration.ofMinutes(consumer.getConsumeTimeout()).dividedBy(2));
    MessageListener users = consumer.getMessageListener();
    if (users instanceof MessageListenerOrderly orderly) {
      consumer.setMessageListener(new IdempotentOrderly(orderly, delivery));
    } else {
      consumer.setMessageListener(
          new IdempotentConcurrently((MessageListenerConcurrently) users, delivery));
    }
  }

  private static <T> Noting<T> noting(RocketMQListener<T> listener) {
    return new Noting<>(listener);
  }

  private static void check(DefaultRocketMQListenerContainer container) {
    String name = "The listener of topic " + container.getTopic() + " can't be idempotent: ";
    List<String> problems = new ArrayList<>();
    if (container.getRocketMQListener() == null) {
      problems.add(
          name
              + "it replies, and its reply goes out before its transaction is over. Implement"
              + " RocketMQListener, or take @Idempotent away");
    }
    if (container.getMessageModel() == MessageModel.BROADCASTING) {
      problems.add(
          name
              + "every member of its group gets every message (BROADCASTING), but a message takes"
              + " effect once per group. Use CLUSTERING, or take @Idempotent away");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
