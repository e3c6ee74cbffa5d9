package io.outbox4j.publish;

import io.outbox4j.TopicSettings;
import io.outbox4j.spi.HandOver;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.PayloadSerializer;
import io.outbox4j.spi.SendStore;
import java.time.InstantSource;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * What a {@link TransactionalOutbox} is put together from.
 *
 * @param dataSource the DataSource that owns {@code message_send}; of a {@link
 *     TransactionAwareDataSourceProxy} its target
 * @param store where rows are appended
 * @param handOver where committed rows are left for sending
 * @param routes which transport takes a message
 * @param topics how messages to a topic are sent
 * @param serializer turns payload objects into bytes, or null when only bytes and text are
 *     published
 * @param metrics counts what was published
 * @param clock the clock of {@code created}
 */
public record PublishWiring(
    DataSource dataSource,
    SendStore store,
    HandOver handOver,
    Routes routes,
    TopicPatterns<TopicSettings> topics,
    @Nullable PayloadSerializer serializer,
    OutboxMetrics metrics,
    InstantSource clock) {

  /** Checks that what must be there is there. */
  public PublishWiring {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(handOver, "handOver");
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(routes, "routes");
    Objects.requireNonNull(topics, "topics");
    // Transaction managers bind the connection to the target; the proxy only looks it up.
    while (dataSource instanceof TransactionAwareDataSourceProxy proxy) {
      dataSource = Objects.requireNonNull(proxy.getTargetDataSource(), "target of dataSource");
    }
    Objects.requireNonNull(dataSource, "dataSource");
  }
}
