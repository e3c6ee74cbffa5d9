package io.outbox4j.spring.listener;

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

/**
 * How a listener is idempotent.
 *
 * @param keepPayload whether its annotation asks for payload and headers to be stored
 */
public record Chosen(boolean keepPayload) {

  /** Where Spring's own listeners live, such as the one that logs what ends in Kafka's DLT. */
  private static final String SPRINGS_OWN = "org.springframework.";

  /**
   * Of a listener that is neither a method nor a bean we know.
   *
   * @param all whether those without annotation are idempotent, too
   */
  public static Optional<Chosen> ofUnknown(boolean all) {
    return all ? Optional.of(new Chosen(false)) : Optional.empty();
  }

  /**
   * Of a listener that is a bean.
   *
   * @param all whether those without annotation are idempotent, too
   */
  public static Optional<Chosen> ofBean(Object bean, boolean all) {
    return chosen(annotation(AopUtils.getTargetClass(bean)), all);
  }

  /**
   * Of a listener that is a method of a bean.
   *
   * @param all whether those without annotation are idempotent, too
   */
  public static Optional<Chosen> ofMethod(Object bean, Method method, boolean all) {
    Class<?> type = AopUtils.getTargetClass(bean);
    MergedAnnotation<Idempotent> onMethod = annotation(specific(method, type));
    boolean ours = all && !type.getName().startsWith(SPRINGS_OWN);
    return chosen(onMethod.isPresent() ? onMethod : annotation(type), ours);
  }

  /**
   * Of a listener that is several methods of a bean, one for each type of payload.
   *
   * @param handler their annotation, for the error
   * @param all whether those without annotation are idempotent, too
   * @throws ConfigurationException when the annotation stands where it can't work: which handler
   *     gets a message is known only after its conversion, inside the transaction
   */
  public static Optional<Chosen> ofHandlers(
      Object bean, List<Method> handlers, String handler, boolean all) {
    Class<?> type = AopUtils.getTargetClass(bean);
    MergedAnnotation<Idempotent> onType = annotation(type);
    for (Method method : handlers) {
      if (!onType.isPresent() && annotation(specific(method, type)).isPresent()) {
        throw new ConfigurationException(
            List.of(
                "@Idempotent stands on the %s method %s.%s, where it can't work: put it on the class"
                    .formatted(handler, type.getSimpleName(), method.getName())));
      }
    }
    return chosen(onType, all);
  }

  private static Optional<Chosen> chosen(MergedAnnotation<Idempotent> annotation, boolean all) {
    return annotation.isPresent()
        ? Optional.of(new Chosen(annotation.getBoolean("keepPayload")))
        : ofUnknown(all);
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
