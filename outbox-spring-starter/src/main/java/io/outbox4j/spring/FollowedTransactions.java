package io.outbox4j.spring;

import io.outbox4j.assembly.Outbox4j;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Lets the outbox follow the transactions of every transaction manager of the application. Boot
 * adds listeners to managers of its own auto-configuration only; the outbox leaves those of other
 * DataSources alone.
 */
final class FollowedTransactions implements BeanPostProcessor {

  private final List<PlatformTransactionManager> waiting = new ArrayList<>();
  private @Nullable Outbox4j outbox;

  @Override
  public synchronized Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof PlatformTransactionManager manager) {
      if (outbox == null) {
        waiting.add(manager);
      } else {
        outbox.listenTo(manager);
      }
    }
    return bean;
  }

  /** From now on this outbox follows all managers, those from before included. */
  synchronized void followedBy(Outbox4j follower) {
    outbox = follower;
    waiting.forEach(follower::listenTo);
    waiting.clear();
  }
}
