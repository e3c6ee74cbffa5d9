package io.outbox4j.spring.rabbit;

import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Puts a proxy around the registry that all endpoints go through, whatever their factory. It sees
 * each endpoint with its finished container, after all customizers and before the start.
 */
final class RegistryProxy implements BeanPostProcessor {

  private final Supplier<IdempotentContainers> containers;

  /** Creates it; a post-processor comes early, so what it needs is looked up late. */
  RegistryProxy(Supplier<IdempotentContainers> containers) {
    this.containers = containers;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (!(bean instanceof RabbitListenerEndpointRegistry)) {
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
        && arguments[1] instanceof RabbitListenerContainerFactory<?> factory) {
      arguments[1] = new IdempotentFactory<>(factory, containers);
    }
    return call.proceed();
  }

  /** The user's factory; what it makes for an endpoint is made idempotent before it is started. */
  private record IdempotentFactory<C extends MessageListenerContainer>(
      RabbitListenerContainerFactory<C> users, Supplier<IdempotentContainers> containers)
      implements RabbitListenerContainerFactory<C> {

    @Override
    public C createListenerContainer(@Nullable RabbitListenerEndpoint endpoint) {
      C container = users.createListenerContainer(endpoint);
      if (endpoint != null) {
        containers.get().apply(endpoint, container);
      }
      return container;
    }
  }
}
