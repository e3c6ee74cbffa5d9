package io.outbox4j.spring.kafka;

import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spring.Effects;
import io.outbox4j.spring.Idempotent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.listener.AbstractConsumerSeekAware;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.adapter.RecordFilterStrategy;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.backoff.FixedBackOff;

/** Listeners as applications write them. */
final class Listeners {

  private Listeners() {}

  @Import(Effects.class)
  abstract static class Listener {
    final Effects effects;

    Listener(Effects effects) {
      this.effects = effects;
    }
  }

  static class AllParameters extends Listener {
    final List<String> seen = new CopyOnWriteArrayList<>();

    AllParameters(Effects effects) {
      super(effects);
    }

    @Idempotent
    @KafkaListener(id = "parameters", topics = "parameters")
    void on(
        ConsumerRecord<String, String> record,
        @Payload String payload,
        @Header("ce_id") byte[] id,
        Consumer<?, ?> consumer) {
      effects.happen(payload);
      seen.add(
          "%s, %s, %s, transaction %s"
              .formatted(
                  record.value(),
                  new String(id, java.nio.charset.StandardCharsets.UTF_8),
                  consumer != null,
                  TransactionSynchronizationManager.isActualTransactionActive()));
    }
  }

  static class Plain extends Listener {
    Plain(Effects effects) {
      super(effects);
    }

    @KafkaListener(id = "plain", topics = "plain")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class Failing extends Listener {
    final List<Object> recovered = new CopyOnWriteArrayList<>();

    Failing(Effects effects) {
      super(effects);
    }

    @Bean
    CommonErrorHandler skipsAfterTwoTries() {
      return new DefaultErrorHandler(
          (record, failure) -> recovered.add(record.value()), new FixedBackOff(0, 1));
    }

    @Idempotent
    @KafkaListener(id = "failing", topics = "failing")
    void on(String value) {
      effects.happen(value);
      if (value.equals("bad")) {
        throw new IllegalStateException("the secret of " + value);
      }
    }
  }

  static class Numbers extends Listener {
    Numbers(Effects effects) {
      super(effects);
    }

    @Idempotent
    @KafkaListener(id = "numbers", topics = "numbers")
    void on(Integer value) {
      effects.happen(value.toString());
    }
  }

  static class Retrying extends Listener {
    Retrying(Effects effects) {
      super(effects);
    }

    @Bean
    ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>>
        retries() {
      MethodInterceptor twice =
          call -> {
            try {
              return call.proceed();
            } catch (RuntimeException first) {
              return call.proceed();
            }
          };
      return container -> container.getContainerProperties().setAdviceChain(twice);
    }

    @Idempotent
    @KafkaListener(id = "retrying", topics = "retrying")
    void on(String value) {
      effects.happen(value);
      if (effects.calls.size() == 1) {
        throw new IllegalStateException("the first try");
      }
    }
  }

  static class Joining extends Listener {
    final List<String> rolledBack = new CopyOnWriteArrayList<>();

    Joining(Effects effects) {
      super(effects);
    }

    @Bean
    static ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>>
        transactions(
            PlatformTransactionManager manager,
            org.springframework.beans.factory.ObjectProvider<Joining> listener) {
      TransactionTemplate template = new TransactionTemplate(manager);
      MethodInterceptor advice =
          call ->
              template.execute(
                  transaction -> proceed(call, transaction, listener.getObject().rolledBack));
      return container -> container.getContainerProperties().setAdviceChain(advice);
    }

    private static Object proceed(
        org.aopalliance.intercept.MethodInvocation call,
        TransactionStatus transaction,
        List<String> rolledBack) {
      try {
        Object result = call.proceed();
        if (rolledBack.isEmpty() && call.getMethod().getName().equals("onMessage")) {
          rolledBack.add("the first");
          transaction.setRollbackOnly();
        }
        return result;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    @Idempotent
    @KafkaListener(id = "joining", topics = "joining")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class Manual extends Listener {
    Manual(Effects effects) {
      super(effects);
    }

    @Idempotent
    @KafkaListener(id = "manual", topics = "manual")
    void on(String value, Acknowledgment acknowledgment) {
      effects.happen(value);
      if (effects.calls.size() == 1) {
        acknowledgment.nack(Duration.ofMillis(1));
      } else {
        acknowledgment.acknowledge();
      }
    }
  }

  @Idempotent
  @KafkaListener(id = "handlers", topics = "handlers")
  static class Handlers extends Listener {
    Handlers(Effects effects) {
      super(effects);
    }

    @KafkaHandler(isDefault = true)
    void on(String value) {
      effects.happen(value);
    }
  }

  static class Filtering extends Listener {
    Filtering(Effects effects) {
      super(effects);
    }

    @Bean
    static RecordFilterStrategy<Object, Object> drops() {
      return record -> "drop".equals(record.value());
    }

    @Idempotent
    @KafkaListener(id = "filtering", topics = "filtering")
    void on(String value) {
      effects.happen(value);
    }
  }

  static class Relaying extends Listener {
    private final Outbox outbox;

    Relaying(Effects effects, Outbox outbox) {
      super(effects);
      this.outbox = outbox;
    }

    @Idempotent
    @KafkaListener(id = "relaying", topics = "relaying")
    void on(String value) {
      outbox.publish(OutboxMessage.to("relayed").payload("relayed " + value).build());
    }

    @Idempotent
    @KafkaListener(id = "relayed", topics = "relayed")
    void onRelayed(String value) {
      effects.happen(value);
    }
  }

  static class Foreign extends Listener {
    volatile boolean again;
    volatile int seeks;

    Foreign(Effects effects) {
      super(effects);
    }

    @Bean
    SeekingToTheStart seeker() {
      return new SeekingToTheStart(this);
    }
  }

  /** Its seeks reach it through the wrap. */
  static class SeekingToTheStart extends AbstractConsumerSeekAware {
    private final Foreign foreign;

    SeekingToTheStart(Foreign foreign) {
      this.foreign = foreign;
    }

    @Idempotent
    @KafkaListener(id = "foreign", topics = "foreign")
    void on(String value) {
      foreign.effects.happen(value);
    }

    @Override
    public void onPartitionsAssigned(
        Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
      super.onPartitionsAssigned(assignments, callback);
      if (foreign.again) {
        foreign.seeks = foreign.seeks + 1;
        callback.seekToBeginning(assignments.keySet());
      }
    }
  }

  static class Keeping extends Listener {
    Keeping(Effects effects) {
      super(effects);
    }

    @Idempotent(keepPayload = true)
    @KafkaListener(id = "keeping", topics = "keeping")
    void keeping(String value) {
      effects.happen(value);
    }

    @Idempotent
    @KafkaListener(id = "not-keeping", topics = "not-keeping")
    void notKeeping(String value) {
      effects.happen(value);
    }
  }
}
