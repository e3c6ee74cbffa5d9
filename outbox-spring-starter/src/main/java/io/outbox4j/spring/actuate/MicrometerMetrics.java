package io.outbox4j.spring.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.outbox4j.spi.OutboxMetrics;

/** Counts with Micrometer. */
final class MicrometerMetrics implements OutboxMetrics {

  private final MeterRegistry registry;

  MicrometerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void published(String transport, int count) {
    count("outbox.published", "transport", transport, count);
  }

  @Override
  public void sent(String transport, int count) {
    count("outbox.sent", "transport", transport, count);
  }

  @Override
  public void rejected(String transport) {
    count("outbox.rejected", "transport", transport, 1);
  }

  @Override
  public void dead(String transport) {
    count("outbox.dead", "transport", transport, 1);
  }

  @Override
  public void unavailable(String transport, int count) {
    count("outbox.unavailable", "transport", transport, count);
  }

  @Override
  public void consumed(String consumerGroup) {
    count("outbox.consumed", "group", consumerGroup, 1);
  }

  @Override
  public void duplicate(String consumerGroup) {
    count("outbox.duplicates", "group", consumerGroup, 1);
  }

  @Override
  public void failed(String consumerGroup) {
    count("outbox.failed", "group", consumerGroup, 1);
  }

  @Override
  public void purged(String table, int count) {
    count("outbox.purged", "table", table, count);
  }

  @Override
  public void jobFailed(String job) {
    count("outbox.job.failures", "job", job, 1);
  }

  private void count(String name, String tag, String value, int count) {
    registry.counter(name, tag, value).increment(count);
  }
}
