package io.outbox4j.spring.kafka;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.spring.listener.Chosen;
import io.outbox4j.spring.listener.Inboxes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.MethodKafkaListenerEndpoint;
import org.springframework.kafka.config.MultiMethodKafkaListenerEndpoint;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaConsumerBackoffManager;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.listener.adapter.AsyncRepliesAware;
import org.springframework.kafka.listener.adapter.KafkaBackoffAwareMessageListenerAdapter;

/**
 * Makes finished containers idempotent, before their start.
 *
 * <p>The listener is wrapped, not advised: an advice behind one of the user's that proceeds twice
 * is called once only, and the second try would go past the inbox.
 *
 * <pre>
 *  container ─> user's advice ─> back-off of retry topics ─> [inbox] ─> filter ─> converter ─> method
 * </pre>
 */
final class IdempotentEndpoints {

  private final Inboxes inboxes;
  private final Supplier<KafkaConsumerBackoffManager> backOffs;
  private final boolean all;
  private final Map<String, String> mainGroups = new ConcurrentHashMap<>();

  /**
   * Creates it.
   *
   * @param inboxes looked up when the first idempotent endpoint appears
   * @param backOffs holds back what comes from retry topics before it is due
   * @param all whether listeners without annotation are idempotent, too
   */
  IdempotentEndpoints(
      Inboxes inboxes, Supplier<KafkaConsumerBackoffManager> backOffs, boolean all) {
    this.inboxes = inboxes;
    this.backOffs = backOffs;
    this.all = all;
  }

  /**
   * Makes the endpoint's container idempotent, if it is to be.
   *
   * @throws ConfigurationException when it can't be
   */
  void apply(KafkaListenerEndpoint endpoint, MessageListenerContainer container) {
    String group = group(endpoint, container);
    chosen(endpoint)
        .ifPresent(chosen -> wrap(name(endpoint), checked(endpoint, container), group, chosen));
  }

  private Optional<Chosen> chosen(KafkaListenerEndpoint endpoint) {
    if (endpoint instanceof MultiMethodKafkaListenerEndpoint<?, ?> multi) {
      return Chosen.ofHandlers(multi.getBean(), multi.getMethods(), "@KafkaHandler", all);
    }
    if (endpoint instanceof MethodKafkaListenerEndpoint<?, ?> method) {
      return Chosen.ofMethod(method.getBean(), method.getMethod(), all);
    }
    return Chosen.ofUnknown(all);
  }

  /** The containers of one retryable topic have groups of their own; the message is one. */
  private @Nullable String group(
      KafkaListenerEndpoint endpoint, MessageListenerContainer container) {
    String own = container.getGroupId();
    String main = endpoint.getMainListenerId();
    if (main != null && !main.equals(endpoint.getId())) {
      return mainGroups.getOrDefault(main, own == null ? "" : own);
    }
    if (own != null && endpoint.getId() != null) {
      mainGroups.put(endpoint.getId(), own);
    }
    return own;
  }

  private static AbstractMessageListenerContainer<?, ?> checked(
      KafkaListenerEndpoint endpoint, MessageListenerContainer container) {
    List<String> problems = new ArrayList<>();
    String name = name(endpoint);
    if (!(container instanceof AbstractMessageListenerContainer<?, ?> known)) {
      throw refused(
          name
              + " can't be idempotent: its container is a "
              + container.getClass().getName()
              + ". Call Inbox.process in the listener instead of @Idempotent");
    }
    Object listener = known.getContainerProperties().getMessageListener();
    if (listener instanceof AsyncRepliesAware it && it.isAsyncReplies()) {
      problems.add(
          name
              + " can't be idempotent: it answers later, when its transaction is over. Let it return"
              + " void or a value, or take @Idempotent away");
    }
    if (!(listener instanceof MessageListener)) {
      problems.add(
          name
              + " can't be idempotent: it takes batches. Let it take single records (batch = \"false\")"
              + ", or take @Idempotent away");
    }
    if (known.getGroupId() == null || known.getGroupId().isEmpty()) {
      problems.add(
          name
              + " can't be idempotent: it has no consumer group. Set spring.kafka.consumer.group-id or"
              + " groupId of @KafkaListener");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return known;
  }

  private <K, V> void wrap(
      String name,
      AbstractMessageListenerContainer<K, V> container,
      @Nullable String group,
      Chosen chosen) {
    if (group == null) {
      throw refused(name + " can't be idempotent: it has no consumer group");
    }
    ContainerProperties properties = container.getContainerProperties();
    Inbox inbox = inboxes.inbox(chosen.keepPayload());
    Object listener = properties.getMessageListener();
    if (listener == null) {
      throw refused(name + " can't be idempotent: it has no listener");
    }
    properties.setMessageListener(within(listener, container, inbox, group));

    CommonErrorHandler users = container.getCommonErrorHandler();
    if (users == null && !hasTransactions(properties)) {
      users = new DefaultErrorHandler();
    }
    if (users != null) {
      container.setCommonErrorHandler(new NeverSkipping(users));
    }
    neverSkipAfterRollback(container);
  }

  /**
   * Takes layers off until the one that calls the listener, and puts them around the inbox again.
   */
  private Object within(
      Object listener,
      AbstractMessageListenerContainer<?, ?> container,
      Inbox inbox,
      String group) {
    if (listener instanceof Advised advised) {
      Object target = AopProxyUtils.getSingletonTarget(listener);
      if (target != null) {
        ProxyFactory proxy = new ProxyFactory(within(target, container, inbox, group));
        for (Advisor advisor : advised.getAdvisors()) {
          proxy.addAdvisor(advisor);
        }
        return proxy.getProxy();
      }
    }
    if (listener instanceof KafkaBackoffAwareMessageListenerAdapter<?, ?> early) {
      // Outside: a record that is not due yet is neither handled nor failed.
      Object inner = within(early.getDelegate(), container, inbox, group);
      return new KafkaBackoffAwareMessageListenerAdapter<>(
          (MessageListener<?, ?>) inner,
          backOffs.get(),
          container.getListenerId(),
          Clock.systemUTC());
    }
    return new IdempotentListener<>(
        (MessageListener<?, ?>) listener, inbox, record -> ReceivedRecord.of(group, record));
  }

  private static boolean hasTransactions(ContainerProperties properties) {
    return properties.getKafkaAwareTransactionManager() != null
        || transactionManagerOfOldProperty(properties);
  }

  @SuppressWarnings({"deprecation", "removal"})
  private static boolean transactionManagerOfOldProperty(ContainerProperties properties) {
    return properties.getTransactionManager() != null;
  }

  @SuppressWarnings("unchecked")
  private static <K, V> void neverSkipAfterRollback(
      AbstractMessageListenerContainer<K, V> container) {
    container.setAfterRollbackProcessor(
        new NeverSkippingAfterRollback<>(
            (org.springframework.kafka.listener.AfterRollbackProcessor<K, V>)
                container.getAfterRollbackProcessor()));
  }

  private static ConfigurationException refused(String problem) {
    return new ConfigurationException(List.of(problem));
  }

  private static String name(KafkaListenerEndpoint endpoint) {
    return "The listener " + endpoint.getId();
  }
}
