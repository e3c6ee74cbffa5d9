package io.outbox4j.assembly;

import io.outbox4j.spi.OutboxMetrics;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the exceptions of the application's metrics away from the engine; logs the first. */
final class GuardedMetrics implements OutboxMetrics {

  private static final Logger log = LoggerFactory.getLogger(GuardedMetrics.class);

  private final OutboxMetrics metrics;
  private final AtomicBoolean failed = new AtomicBoolean();

  GuardedMetrics(OutboxMetrics metrics) {
    this.metrics = metrics;
  }

  private void count(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      if (failed.compareAndSet(false, true)) {
        log.error("Metrics failed with {}; counts may be missing", e.getClass().getName());
      }
    }
  }

  @Override
  public void published(String transport, int count) {
    count(() -> metrics.published(transport, count));
  }

  @Override
  public void sent(String transport, int count) {
    count(() -> metrics.sent(transport, count));
  }

  @Override
  public void rejected(String transport) {
    count(() -> metrics.rejected(transport));
  }

  @Override
  public void dead(String transport) {
    count(() -> metrics.dead(transport));
  }

  @Override
  public void unavailable(String transport, int count) {
    count(() -> metrics.unavailable(transport, count));
  }

  @Override
  public void consumed(String consumerGroup) {
    count(() -> metrics.consumed(consumerGroup));
  }

  @Override
  public void duplicate(String consumerGroup) {
    count(() -> metrics.duplicate(consumerGroup));
  }

  @Override
  public void failed(String consumerGroup) {
    count(() -> metrics.failed(consumerGroup));
  }

  @Override
  public void purged(String table, int count) {
    count(() -> metrics.purged(table, count));
  }

  @Override
  public void jobFailed(String job) {
    count(() -> metrics.jobFailed(job));
  }
}
