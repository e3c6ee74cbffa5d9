package io.outbox4j.consume;

import java.util.Objects;
import java.util.stream.Stream;

/** An exception and what caused it, outermost first. */
final class Causes {

  /** Some libraries build chains that end in themselves. */
  private static final int MOST = 20;

  private Causes() {}

  static Stream<Throwable> of(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST);
  }
}
