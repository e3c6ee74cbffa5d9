package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.spring.Idempotent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.CommonLoggingErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.adapter.FilteringMessageListenerAdapter;
import org.springframework.kafka.listener.adapter.RecordFilterStrategy;
import org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter;

/** Which listeners become idempotent, and what stays of them. No container is started. */
class IdempotentEndpointsTest {

  private final FakeInbox inbox = new FakeInbox(Outcome.CONSUMED);
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  KafkaAutoConfiguration.class, KafkaListenerAutoConfiguration.class))
          .withBean(Inbox.class, () -> inbox)
          .withPropertyValues(
              "spring.kafka.listener.auto-startup=false",
              "spring.kafka.bootstrap-servers=127.0.0.1:1",
              "spring.kafka.consumer.group-id=g");

  @Test
  void onlyAnnotatedListenersAreIdempotent() {
    runner
        .withUserConfiguration(Annotated.class)
        .run(
            context -> {
              assertThat(isIdempotent(context, "annotated")).isTrue();
              assertThat(isIdempotent(context, "plain")).isFalse();
            });
  }

  @Test
  void aPropertyMakesAllListenersIdempotent() {
    runner
        .withUserConfiguration(Annotated.class)
        .withPropertyValues("outbox.inbox.idempotent=all")
        .run(context -> assertThat(isIdempotent(context, "plain")).isTrue());
  }

  @Test
  void theAnnotationOnTheClassHoldsForAllOfItsListeners() {
    runner
        .withUserConfiguration(OnClass.class, Handlers.class)
        .run(
            context -> {
              assertThat(isIdempotent(context, "first")).isTrue();
              assertThat(isIdempotent(context, "second")).isTrue();
              assertThat(isIdempotent(context, "handlers")).isTrue();
            });
  }

  @Test
  void theAnnotationIsFoundBehindAProxy() {
    runner
        .withUserConfiguration(OnClass.class, ProxiesEverything.class)
        .run(context -> assertThat(isIdempotent(context, "first")).isTrue());
  }

  @Test
  void switchedOffNothingIsIdempotent() {
    runner
        .withUserConfiguration(Annotated.class)
        .withPropertyValues("outbox.enabled=false")
        .run(context -> assertThat(isIdempotent(context, "annotated")).isFalse());
  }

  @Test
  void adviceFilterCustomizerAndErrorHandlerStay() {
    runner
        .withUserConfiguration(Annotated.class, Users.class)
        .run(
            context -> {
              ConcurrentMessageListenerContainer<?, ?> container = container(context, "annotated");
              Object listener = container.getContainerProperties().getMessageListener();
              assertThat(((Advised) listener).getAdvisors())
                  .extracting(advisor -> (Object) advisor.getAdvice())
                  .containsExactly(context.getBean(Users.class).advice);
              assertThat(layers(listener))
                  .containsExactly(
                      IdempotentListener.class,
                      FilteringMessageListenerAdapter.class,
                      RecordMessagingMessageListenerAdapter.class);
              assertThat(container.getContainerProperties().getIdleEventInterval())
                  .isEqualTo(1234L);
              assertThat(container.getCommonErrorHandler()).isInstanceOf(NeverSkipping.class);
              assertThat(container(context, "plain").getCommonErrorHandler())
                  .isSameAs(context.getBean(CommonLoggingErrorHandler.class));
            });
  }

  @Test
  void theUsersAdviceIsCalledOnceAroundTheInbox() {
    runner
        .withUserConfiguration(Annotated.class, Users.class)
        .run(
            context -> {
              Users users = context.getBean(Users.class);
              Object listener =
                  container(context, "annotated").getContainerProperties().getMessageListener();
              users.advised.clear();

              call(listener, new ConsumerRecord<>("t", 0, 1, "k", "v"));

              assertThat(users.advised).containsExactly("onMessage");
              assertThat(inbox.offered).hasSize(1);
            });
  }

  @Test
  void aListenerThatAnswersLaterIsRefused() {
    refused(Later.class, "The listener later can't be idempotent: it answers later");
  }

  @Test
  void aBatchListenerIsRefused() {
    refused(Batch.class, "The listener batch can't be idempotent: it takes batches");
  }

  @Test
  void aListenerWithoutGroupIsRefused() {
    runner
        .withUserConfiguration(WithoutGroup.class)
        .withPropertyValues("spring.kafka.consumer.group-id=")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasMessageContaining("it has no consumer group"));
  }

  @Test
  void theAnnotationOnAHandlerMethodIsRefused() {
    refused(OnHandler.class, "put it on the class");
  }

  @Test
  void withoutAnInboxAnAnnotatedListenerDoesNotStart() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                KafkaAutoConfiguration.class, KafkaListenerAutoConfiguration.class))
        .withPropertyValues(
            "spring.kafka.listener.auto-startup=false", "spring.kafka.consumer.group-id=g")
        .withUserConfiguration(Annotated.class)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("there is no DataSource"));
  }

  private void refused(Class<?> listeners, String problem) {
    runner
        .withUserConfiguration(listeners)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(problem));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void call(Object listener, ConsumerRecord<?, ?> record) {
    ((org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener) listener)
        .onMessage(record, null, null);
  }

  private static boolean isIdempotent(ApplicationContext context, String id) {
    return layers(container(context, id).getContainerProperties().getMessageListener())
        .contains(IdempotentListener.class);
  }

  private static ConcurrentMessageListenerContainer<?, ?> container(
      ApplicationContext context, String id) {
    return (ConcurrentMessageListenerContainer<?, ?>)
        context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer(id);
  }

  private static List<Class<?>> layers(Object listener) {
    List<Class<?>> layers = new java.util.ArrayList<>();
    for (Object layer = listener; ; layer = ((DelegatingMessageListener<?>) layer).getDelegate()) {
      Object target = org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(layer);
      layers.add((target == null ? layer : target).getClass());
      if (!(layer instanceof DelegatingMessageListener)) {
        return layers;
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Annotated {
    @Idempotent
    @KafkaListener(id = "annotated", idIsGroup = false, topics = "t")
    void annotated(String value) {}

    @KafkaListener(id = "plain", idIsGroup = false, topics = "t")
    void plain(String value) {}
  }

  @Idempotent
  static class OnClass {
    @KafkaListener(id = "first", idIsGroup = false, topics = "t")
    public void first(String value) {}

    @KafkaListener(id = "second", idIsGroup = false, topics = "t")
    public void second(String value) {}
  }

  @Idempotent
  @KafkaListener(id = "handlers", idIsGroup = false, topics = "t")
  static class Handlers {
    @KafkaHandler
    void text(String value) {}

    @KafkaHandler
    void number(Integer value) {}
  }

  @KafkaListener(id = "onHandler", idIsGroup = false, topics = "t")
  static class OnHandler {
    @Idempotent
    @KafkaHandler
    void text(String value) {}
  }

  static class Later {
    @Idempotent
    @KafkaListener(id = "later", idIsGroup = false, topics = "t")
    CompletableFuture<Void> later(String value) {
      return CompletableFuture.completedFuture(null);
    }
  }

  static class Batch {
    @Idempotent
    @KafkaListener(id = "batch", idIsGroup = false, topics = "t", batch = "true")
    void batch(List<String> values) {}
  }

  static class WithoutGroup {
    @Idempotent
    @KafkaListener(
        id = "withoutGroup",
        idIsGroup = false,
        topicPartitions =
            @org.springframework.kafka.annotation.TopicPartition(topic = "t", partitions = "0"))
    void withoutGroup(String value) {}
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiesEverything {
    @Bean
    static org.springframework.beans.factory.config.BeanPostProcessor proxies() {
      return new org.springframework.beans.factory.config.BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          if (!(bean instanceof OnClass)) {
            return bean;
          }
          var proxy = new org.springframework.aop.framework.ProxyFactory(bean);
          proxy.setProxyTargetClass(true);
          proxy.addAdvice((MethodInterceptor) invocation -> invocation.proceed());
          return proxy.getProxy();
        }

        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
          return bean;
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Users {

    final List<String> advised = new java.util.concurrent.CopyOnWriteArrayList<>();
    final MethodInterceptor advice =
        invocation -> {
          advised.add(invocation.getMethod().getName());
          return invocation.proceed();
        };

    @Bean
    RecordFilterStrategy<Object, Object> filter() {
      return record -> false;
    }

    @Bean
    CommonLoggingErrorHandler errorHandler() {
      return new CommonLoggingErrorHandler();
    }

    @Bean
    ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>>
        customizer() {
      return container -> {
        container.getContainerProperties().setAdviceChain(advice);
        container.getContainerProperties().setIdleEventInterval(1234L);
      };
    }
  }
}
