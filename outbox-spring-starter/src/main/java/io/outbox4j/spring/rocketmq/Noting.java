package io.outbox4j.spring.rocketmq;

import org.apache.rocketmq.spring.core.RocketMQListener;
import org.jspecify.annotations.Nullable;

/**
 * Notes what a listener throws: its container makes a status of it, and the inbox, outside, is to
 * record the error. All happens on one thread.
 */
final class Noting<T> implements RocketMQListener<T> {

  private final RocketMQListener<T> listener;
  private final ThreadLocal<@Nullable RuntimeException> failure = new ThreadLocal<>();

  Noting(RocketMQListener<T> listener) {
    this.listener = listener;
  }

  @Override
  public void onMessage(T message) {
    try {
      listener.onMessage(message);
    } catch (RuntimeException e) {
      failure.set(e);
      throw e;
    }
  }

  /** What was thrown since it was asked last. */
  @Nullable RuntimeException take() {
    RuntimeException taken = failure.get();
    failure.remove();
    return taken;
  }
}
