package io.outbox4j.spring.kafka;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.kafka.config.KafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * Puts a proxy around the registry that all endpoints go through, whatever their factory: Boot's,
 * the user's, that of a retryable topic. It sees each endpoint with its finished container, after
 * all customizers, which hold one each and have no getters.
 */
final class RegistryProxy implements BeanPostProcessor {

  private final Supplier<IdempotentEndpoints> endpoints;

  /** Creates it; a post-processor comes early, so what it needs is looked up late. */
  RegistryProxy(Supplier<IdempotentEndpoints> endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (!(bean instanceof KafkaListenerEndpointRegistry)) {
      return bean;
    }
    ProxyFactory proxy = new ProxyFactory(bean);
    proxy.setProxyTargetClass(true);
    proxy.addAdvice((MethodInterceptor) this::exchangeFactory);
    return proxy.getProxy();
  }

  private @Nullable Object exchangeFactory(MethodInvocation call) throws Throwable {
    @Nullable Object[] arguments = call.getArguments();
    if (call.getMethod().getName().equals("registerListenerContainer")
        && arguments.length > 1
        && arguments[1] instanceof KafkaListenerContainerFactory<?> factory) {
      arguments[1] = new IdempotentFactory<>(factory, endpoints);
    }
    return call.proceed();
  }

  /** The user's factory; what it makes for an endpoint is made idempotent before it is started. */
  private record IdempotentFactory<C extends MessageListenerContainer>(
      KafkaListenerContainerFactory<C> users, Supplier<IdempotentEndpoints> endpoints)
      implements KafkaListenerContainerFactory<C> {

    @Override
    public C createListenerContainer(KafkaListenerEndpoint endpoint) {
      C container = users.createListenerContainer(endpoint);
      endpoints.get().apply(endpoint, container);
      return container;
    }

    @Override
    public C createContainer(TopicPartitionOffset... places) {
      return users.createContainer(places);
    }

    @Override
    public C createContainer(String... topics) {
      return users.createContainer(topics);
    }

    @Override
    public C createContainer(Pattern topics) {
      return users.createContainer(topics);
    }
  }
}
