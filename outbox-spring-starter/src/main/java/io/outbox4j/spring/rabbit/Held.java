package io.outbox4j.spring.rabbit;

import org.jspecify.annotations.Nullable;

/**
 * What the innermost listener tells the outermost advice of the same container, past all that
 * stands between them: that the message must be delivered again. They run on the same thread.
 */
final class Held {

  private final ThreadLocal<@Nullable RuntimeException> reason = new ThreadLocal<>();

  void because(RuntimeException inProgress) {
    reason.set(inProgress);
  }

  /** Why the message is held, once; null if it is not. */
  @Nullable RuntimeException take() {
    RuntimeException taken = reason.get();
    reason.remove();
    return taken;
  }
}
