package io.outbox4j.spring.kafka;

import io.outbox4j.ConfigurationException;
import io.outbox4j.spring.Idempotent;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.MethodKafkaListenerEndpoint;
import org.springframework.kafka.config.MultiMethodKafkaListenerEndpoint;

/**
 * How an endpoint is idempotent.
 *
 * @param keepPayload whether its annotation asks for payload and headers to be stored
 */
record Chosen(boolean keepPayload) {

  /** Where spring-kafka's own listeners live, such as the one that logs what ends in a DLT. */
  private static final String SPRINGS_OWN = "org.springframework.kafka.";

  /**
   * Asks the annotations of method and class.
   *
   * @param all whether those without annotation are idempotent, too
   * @throws ConfigurationException when the annotation stands where it can't work
   */
  static Optional<Chosen> of(KafkaListenerEndpoint endpoint, boolean all) {
    if (!(endpoint instanceof MethodKafkaListenerEndpoint<?, ?> methodEndpoint)) {
      return all ? Optional.of(new Chosen(false)) : Optional.empty();
    }
    Class<?> type = AopUtils.getTargetClass(methodEndpoint.getBean());
    MergedAnnotation<Idempotent> onType = annotation(type);
    if (methodEndpoint instanceof MultiMethodKafkaListenerEndpoint<?, ?> multi) {
      demandOnType(type, onType, multi.getMethods());
      return chosen(onType, all);
    }
    MergedAnnotation<Idempotent> onMethod = annotation(specific(methodEndpoint.getMethod(), type));
    boolean ours = all && !type.getName().startsWith(SPRINGS_OWN);
    return chosen(onMethod.isPresent() ? onMethod : onType, ours);
  }

  private static Optional<Chosen> chosen(MergedAnnotation<Idempotent> annotation, boolean all) {
    return annotation.isPresent()
        ? Optional.of(new Chosen(annotation.getBoolean("keepPayload")))
        : all ? Optional.of(new Chosen(false)) : Optional.empty();
  }

  /** Which handler gets a record is known only after its conversion, inside the transaction. */
  private static void demandOnType(
      Class<?> type, MergedAnnotation<Idempotent> onType, List<Method> handlers) {
    if (onType.isPresent()) {
      return;
    }
    for (Method handler : handlers) {
      if (annotation(specific(handler, type)).isPresent()) {
        throw new ConfigurationException(
            List.of(
                "@Idempotent stands on the @KafkaHandler method %s.%s, where it can't work: put it on the class"
                    .formatted(type.getSimpleName(), handler.getName())));
      }
    }
  }

  private static Method specific(Method method, Class<?> type) {
    return AopUtils.getMostSpecificMethod(method, type);
  }

  private static MergedAnnotation<Idempotent> annotation(@Nullable AnnotatedElement element) {
    return element == null
        ? MergedAnnotation.missing()
        : MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(Idempotent.class);
  }
}
