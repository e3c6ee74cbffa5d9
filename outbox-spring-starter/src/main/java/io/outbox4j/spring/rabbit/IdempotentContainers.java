package io.outbox4j.spring.rabbit;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spring.listener.Chosen;
import io.outbox4j.spring.listener.Inboxes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.aopalliance.aop.Advice;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.MessageListenerContainer;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.MultiMethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareBatchMessageListener;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ErrorHandler;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Makes finished containers idempotent, before their start.
 *
 * <p>The listener is wrapped, not advised: an advice behind Boot's retry interceptor is called on
 * the first try only, and later tries would go past the inbox. An advice that surrounds all of the
 * user's requeues what is in progress elsewhere, so that no retry and no recoverer sees it.
 *
 * <pre>
 *  container ─> [requeue] ─> user's advice ─> [inbox] ─> converter ─> method
 * </pre>
 */
final class IdempotentContainers {

  private final Inboxes inboxes;
  private final boolean all;

  /**
   * Creates it.
   *
   * @param inboxes looked up when the first idempotent endpoint appears
   * @param all whether listeners without annotation are idempotent, too
   */
  IdempotentContainers(Inboxes inboxes, boolean all) {
    this.inboxes = inboxes;
    this.all = all;
  }

  /**
   * Makes the endpoint's container idempotent, if it is to be.
   *
   * @throws ConfigurationException when it can't be
   */
  void apply(RabbitListenerEndpoint endpoint, MessageListenerContainer container) {
    chosen(endpoint).ifPresent(chosen -> wrap(checked(endpoint, container), chosen.keepPayload()));
  }

  private Optional<Chosen> chosen(RabbitListenerEndpoint endpoint) {
    if (endpoint instanceof MultiMethodRabbitListenerEndpoint multi) {
      Class<?> type = AopUtils.getTargetClass(multi.getBean());
      return Chosen.ofHandlers(
          multi.getBean(),
          List.copyOf(
              MethodIntrospector.selectMethods(
                  type,
                  (MethodFilter)
                      method -> AnnotatedElementUtils.hasAnnotation(method, RabbitHandler.class))),
          "@RabbitHandler",
          all);
    }
    if (endpoint instanceof MethodRabbitListenerEndpoint known && known.getMethod() != null) {
      return Chosen.ofMethod(known.getBean(), known.getMethod(), all);
    }
    return Chosen.ofUnknown(all);
  }

  private static AbstractMessageListenerContainer checked(
      RabbitListenerEndpoint endpoint, MessageListenerContainer container) {
    String name = "The listener " + endpoint.getId() + " can't be idempotent: ";
    if (!(container instanceof AbstractMessageListenerContainer known)) {
      throw new ConfigurationException(
          List.of(
              name
                  + "its container is a "
                  + container.getClass().getName()
                  + ". Call Inbox.process in the listener instead of @Idempotent"));
    }
    List<String> problems = new ArrayList<>();
    MessageListener listener = listener(known);
    if (listener.isAsyncReplies()) {
      problems.add(
          name
              + "it answers later, when its transaction is over. Let it return void or a value, or"
              + " take @Idempotent away");
    }
    if (listener instanceof ChannelAwareBatchMessageListener) {
      problems.add(
          name + "it takes batches. Let it take single messages, or take @Idempotent away");
    }
    if (known.getAcknowledgeMode().isAutoAck()) {
      problems.add(
          name
              + "its acknowledge mode is NONE, so that the broker forgets a message before it has"
              + " taken effect. Set spring.rabbitmq.listener.*.acknowledge-mode, or ackMode of"
              + " @RabbitListener, to AUTO or MANUAL");
    }
    if (known.getAcknowledgeMode().isManual() && known.isChannelTransacted()) {
      problems.add(
          name
              + "it acknowledges by hand on a channel with transactions, whose commit comes before"
              + " the acknowledgement that is held back. Set its acknowledge mode to AUTO, or"
              + " channelTransacted to false");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return known;
  }

  private static MessageListener listener(AbstractMessageListenerContainer container) {
    return Objects.requireNonNull(container.getMessageListener(), "listener of a container");
  }

  private void wrap(AbstractMessageListenerContainer container, boolean keepPayload) {
    boolean manual = container.getAcknowledgeMode().isManual();
    Held held = new Held();
    container.setMessageListener(
        new IdempotentListener(listener(container), inboxes.inbox(keepPayload), held, manual));

    List<Advice> chain = new ArrayList<>();
    chain.add(new Requeue(held, manual));
    chain.addAll(List.of(usersOwn(container, "adviceChain", Advice[].class)));
    container.setAdviceChain(chain.toArray(Advice[]::new));
    container.setErrorHandler(
        new NeverRejecting(usersOwn(container, "errorHandler", ErrorHandler.class)));
  }

  /** What the container has no public getter for. */
  private static <T> T usersOwn(
      AbstractMessageListenerContainer container, String field, Class<T> type) {
    return type.cast(
        Objects.requireNonNull(new DirectFieldAccessor(container).getPropertyValue(field), field));
  }
}
