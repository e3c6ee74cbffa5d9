package io.outbox4j.consume;

import io.outbox4j.spi.OutboxMetrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was counted, in order. */
final class Counts implements OutboxMetrics {

  final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  public void consumed(String consumerGroup) {
    events.add("consumed " + consumerGroup);
  }

  @Override
  public void duplicate(String consumerGroup) {
    events.add("duplicate " + consumerGroup);
  }

  @Override
  public void failed(String consumerGroup) {
    events.add("failed " + consumerGroup);
  }
}
