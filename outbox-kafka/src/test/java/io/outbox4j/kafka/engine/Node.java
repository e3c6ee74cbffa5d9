package io.outbox4j.kafka.engine;

import com.zaxxer.hikari.HikariDataSource;
import io.outbox4j.Inbox;
import io.outbox4j.OutboxMessage;
import io.outbox4j.PurgeSettings;
import io.outbox4j.Safety;
import io.outbox4j.SendListener;
import io.outbox4j.SendSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.TableSettings.Initialize;
import io.outbox4j.TopicSettings;
import io.outbox4j.TransportStatus;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One node of an application, as a program puts it together by hand. */
final class Node implements AutoCloseable {

  static final String TRANSPORT = "kafka";

  final Outbox4j outbox4j;
  final TransactionTemplate transactions;
  final JdbcTransactionManager manager;
  final JdbcTemplate jdbc;
  private final HikariDataSource pool;

  private Node(Builder parts) {
    pool = parts.pool;
    manager = new JdbcTransactionManager(parts.dataSource);
    Outbox4j.Builder builder =
        Outbox4j.builder(parts.dataSource, manager)
            .application(parts.application)
            .transport(TRANSPORT, parts.transport)
            .send(parts.send)
            .purge(parts.purge)
            .metrics(parts.metrics)
            // One broker: its findings would stand between the lines that tests look at.
            .safety(Safety.OFF)
            .tables(TableSettings.ofDefaults().withInitialize(Initialize.ALWAYS));
    parts.topics.forEach(builder::topic);
    parts.listeners.forEach(builder::listener);
    outbox4j = builder.build();
    transactions = new TransactionTemplate(manager);
    jdbc = new JdbcTemplate(parts.dataSource);
  }

  /** A node that will own this pool. */
  static Builder on(HikariDataSource pool) {
    return new Builder(pool);
  }

  /** Publishes messages in one transaction. */
  void publish(List<OutboxMessage> messages) {
    transactions.executeWithoutResult(status -> outbox4j.outbox().publish(messages));
  }

  void publish(OutboxMessage message) {
    publish(List.of(message));
  }

  Inbox inbox() {
    return outbox4j.inbox();
  }

  TransportStatus status() {
    return outbox4j.status().get(TRANSPORT);
  }

  /** Stops the engine, then closes the pool. */
  @Override
  public void close() {
    outbox4j.close();
    pool.close();
  }

  /** What a node is made of. */
  static final class Builder {

    private final HikariDataSource pool;
    private DataSource dataSource;
    private Transport transport = new Gate(Duration.ofSeconds(1));
    private String application = "orders";
    private SendSettings send = SendSettings.ofDefaults().withPollInterval(Duration.ofMillis(300));
    private PurgeSettings purge = PurgeSettings.ofDefaults();
    private OutboxMetrics metrics = OutboxMetrics.NONE;
    private final Map<String, TopicSettings> topics = new HashMap<>();
    private final List<SendListener> listeners = new ArrayList<>();

    private Builder(HikariDataSource pool) {
      this.pool = pool;
      this.dataSource = pool;
    }

    Builder through(DataSource dataSource) {
      this.dataSource = dataSource;
      return this;
    }

    Builder application(String application) {
      this.application = application;
      return this;
    }

    Builder transport(Transport transport) {
      this.transport = transport;
      return this;
    }

    /** Sends to this broker, with the default send limit. */
    Builder kafka(String bootstrapServers) {
      return transport(KafkaTransport.of(Map.of("bootstrap.servers", bootstrapServers)));
    }

    /** Sends to this broker, and hurries. */
    Builder kafka(String bootstrapServers, Duration sendLimit) {
      return transport(KafkaTransport.of(Map.of("bootstrap.servers", bootstrapServers), sendLimit));
    }

    Builder send(SendSettings send) {
      this.send = send;
      return this;
    }

    Builder purge(PurgeSettings purge) {
      this.purge = purge;
      return this;
    }

    Builder metrics(OutboxMetrics metrics) {
      this.metrics = metrics;
      return this;
    }

    Builder topic(String topic, TopicSettings settings) {
      topics.put(topic, settings);
      return this;
    }

    Builder listener(SendListener listener) {
      listeners.add(listener);
      return this;
    }

    Node build() {
      return new Node(this);
    }

    Node start() {
      Node node = build();
      node.outbox4j.start();
      return node;
    }
  }
}
