package io.outbox4j.spring.listener;

import io.outbox4j.InProgressElsewhereException;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.FixedBackOff;

/** Recognises what must be delivered again without limit. */
public final class InProgress {

  /** The inbox has waited before, so this only keeps a short wait from spinning. */
  public static final BackOff BACK_OFF = new FixedBackOff(1_000, FixedBackOff.UNLIMITED_ATTEMPTS);

  /** Some libraries build chains that end in themselves. */
  private static final int DEEPEST = 20;

  private InProgress() {}

  /** The container wraps what a listener throws, some adapters twice. */
  public static boolean isCauseOf(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(DEEPEST)
        .anyMatch(InProgressElsewhereException.class::isInstance);
  }
}
