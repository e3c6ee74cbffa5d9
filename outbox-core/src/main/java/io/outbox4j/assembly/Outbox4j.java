package io.outbox4j.assembly;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox;
import io.outbox4j.InboxSettings;
import io.outbox4j.Outbox;
import io.outbox4j.PurgeSettings;
import io.outbox4j.RetryPolicies;
import io.outbox4j.RetryPolicy;
import io.outbox4j.Safety;
import io.outbox4j.SendListener;
import io.outbox4j.SendSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.TopicSettings;
import io.outbox4j.TransportStatus;
import io.outbox4j.consume.TransactionalInbox;
import io.outbox4j.jdbc.Dialect;
import io.outbox4j.jdbc.JdbcConsumeStore;
import io.outbox4j.jdbc.JdbcSendStore;
import io.outbox4j.jdbc.Schema;
import io.outbox4j.job.LocalScheduler;
import io.outbox4j.job.PurgeJob;
import io.outbox4j.publish.PublishWiring;
import io.outbox4j.publish.Routes;
import io.outbox4j.publish.TopicPatterns;
import io.outbox4j.publish.TransactionalOutbox;
import io.outbox4j.send.SendWiring;
import io.outbox4j.send.Sender;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.PayloadSerializer;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * One outbox and one inbox on one DataSource, with all that keeps them going.
 *
 * <pre>{@code
 * Outbox4j outbox4j =
 *     Outbox4j.builder(dataSource, transactionManager)
 *         .application("orders")
 *         .transport("kafka", KafkaTransport.of(producerConfiguration))
 *         .build();
 * outbox4j.start();
 * transactions.executeWithoutResult(tx -> outbox4j.outbox().publish(message));
 * }</pre>
 *
 * <p>Safe for use by any number of threads.
 */
public final class Outbox4j implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Outbox4j.class);
  private static final Duration DRAIN_PAUSE = Duration.ofMillis(10);

  private final Builder parts;
  private final Routes routes;
  private final Schema schema;
  private final SendStore sendStore;
  private final ConsumeStore consumeStore;
  private final Sender sender;
  private final TransactionalOutbox outbox;
  private final TransactionalInbox inbox;
  private final JobScheduler scheduler;
  private final SafetyCheck safety;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Outbox4j(Builder parts) {
    this.parts = parts;
    this.routes = new Routes(parts.transports, parts.routes);
    Dialect dialect = Dialect.of(parts.dataSource, InstantSource.system());
    this.schema = new Schema(parts.dataSource, dialect, parts.tables);
    this.sendStore = new JdbcSendStore(parts.dataSource, dialect, parts.tables, parts.application);
    this.consumeStore =
        new JdbcConsumeStore(
            parts.dataSource, dialect, parts.tables, parts.application, parts.inboxSettings);
    TopicPatterns<TopicSettings> topics = new TopicPatterns<>(parts.topics);
    this.sender =
        new Sender(
            new SendWiring(
                sendStore,
                parts.transports,
                parts.send,
                parts.metrics,
                new ChosenRetries(
                    parts.retries, parts.errorRetries, topics, parts.transportRetries),
                List.copyOf(parts.listeners),
                InstantSource.system()));
    this.outbox =
        new TransactionalOutbox(
            new PublishWiring(
                parts.dataSource,
                sendStore,
                sender,
                routes,
                topics,
                parts.serializer,
                parts.metrics,
                InstantSource.system()));
    this.inbox =
        new TransactionalInbox(
            consumeStore, parts.transactionManager, parts.dataSource, parts.metrics);
    this.scheduler = parts.scheduler == null ? new LocalScheduler(parts.metrics) : parts.scheduler;
    this.safety = new SafetyCheck(parts.safety, parts.transports, parts.routes);
    listenTo(parts.transactionManager);
  }

  /**
   * Starts to put an outbox together.
   *
   * @param dataSource where the tables are; the business transactions must be on it
   * @param transactionManager the transaction manager of that DataSource
   */
  public static Builder builder(
      DataSource dataSource, PlatformTransactionManager transactionManager) {
    return new Builder(dataSource, transactionManager);
  }

  /** Publishes messages. */
  public Outbox outbox() {
    return outbox;
  }

  /** Consumes messages once. */
  public Inbox inbox() {
    return inbox;
  }

  /**
   * Follows the transactions of one more transaction manager of the same DataSource. Without it
   * messages of its transactions are written one by one, when they are published. A manager that is
   * followed already, or has nothing to do with the DataSource, is left as it is.
   */
  public void listenTo(PlatformTransactionManager manager) {
    outbox.listenTo(manager);
  }

  /**
   * Checks the configuration, creates missing tables if it is told to, and begins to send,
   * compensate and purge. Whether the brokers keep what they accept is looked at as {@link Safety}
   * says: with {@link Safety#FAIL} that comes after all else is in order, and the start waits.
   *
   * @throws ConfigurationException with all problems that were found; nothing was started, and it
   *     can be tried again
   * @throws org.springframework.dao.DataAccessException when the database can't be asked; it can be
   *     tried again
   */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      return;
    }
    try {
      check();
    } catch (RuntimeException e) {
      started.set(false);
      throw e;
    }
    sender.start();
    scheduler.start(
        List.of(
            sender.compensator(),
            PurgeJob.ofSent(sendStore, parts.purge, parts.metrics),
            PurgeJob.ofConsumed(consumeStore, parts.purge, parts.metrics)));
    safety.warn();
  }

  private void check() {
    List<String> problems = new ArrayList<>(Sender.problems(parts.send, parts.transports));
    parts.transports.values().forEach(transport -> collect(problems, transport::start));
    schema.initialize();
    problems.addAll(schema.problems());
    if (problems.isEmpty()) {
      problems.addAll(safety.problems());
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    if (routes.areMissing()) {
      log.warn(
          "There are the transports {} and no route: a message that doesn't name its own is refused",
          parts.transports.keySet());
    }
  }

  private static void collect(List<String> problems, Runnable check) {
    try {
      check.run();
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
  }

  /** The DDL of both tables for this database, with their names as they are set, for printing. */
  public String ddl() {
    return schema.ddl();
  }

  /** How each transport is doing, by its name. */
  public Map<String, TransportStatus> status() {
    return sender.status();
  }

  /** Counts what of this application is not sent. Asks the database. */
  public Backlog backlog() {
    return sendStore.backlog();
  }

  /**
   * Sends what is due and waits until no message of this application is unsent, by this node or any
   * other. For tests and for shutting down on purpose.
   *
   * @param limit the longest wait
   * @return whether nothing is unsent
   */
  public boolean drain(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (backlog().unsent() > 0 || !sender.isIdle()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      sender.wake();
      LockSupport.parkNanos(DRAIN_PAUSE.toNanos());
    }
    return true;
  }

  /**
   * Stops the jobs, waits for messages that are on their way (at most the shutdown limit), writes
   * their outcomes, and closes the transports. What is unsent stays in the table. Messages may
   * still be published; other nodes, or the next start, send them.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    safety.close();
    if (started.get()) {
      scheduler.stop(parts.send.shutdownLimit());
      sender.stop(parts.send.shutdownLimit());
    }
    inbox.close();
    parts.transports.values().forEach(Transport::close);
  }

  /** Collects the parts. Not safe for several threads. */
  public static final class Builder {

    private final DataSource dataSource;
    private final PlatformTransactionManager transactionManager;
    private final Map<String, Transport> transports = new LinkedHashMap<>();
    private final Map<String, String> routes = new LinkedHashMap<>();
    private final Map<String, TopicSettings> topics = new LinkedHashMap<>();
    private final Map<String, RetryPolicy> transportRetries = new HashMap<>();
    private final Map<String, RetryPolicy> errorRetries = new HashMap<>();
    private final List<SendListener> listeners = new ArrayList<>();
    private RetryPolicies retries = (transport, topic, error) -> null;
    private String application = "application";
    private @Nullable PayloadSerializer serializer;
    private OutboxMetrics metrics = OutboxMetrics.NONE;
    private @Nullable JobScheduler scheduler;
    private SendSettings send = SendSettings.ofDefaults();
    private PurgeSettings purge = PurgeSettings.ofDefaults();
    private TableSettings tables = TableSettings.ofDefaults();
    private InboxSettings inboxSettings = InboxSettings.ofDefaults();
    private Safety safety = Safety.WARN;

    private Builder(DataSource dataSource, PlatformTransactionManager transactionManager) {
      this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
      this.transactionManager = Objects.requireNonNull(transactionManager, "transactionManager");
    }

    /**
     * Names the application: the owner of its rows, and the source of its messages. Default: {@code
     * application}. Two applications that share a table must have different names.
     */
    public Builder application(String application) {
      this.application = Objects.requireNonNull(application, "application");
      return this;
    }

    /** Adds a transport under a name that stays the same: it is written to each row. */
    public Builder transport(String name, Transport transport) {
      transports.put(
          Objects.requireNonNull(name, "name"), Objects.requireNonNull(transport, "transport"));
      return this;
    }

    /**
     * Adds a transport whose messages have a retry policy of their own, unless their {@link #error}
     * or {@link #topic} has one.
     */
    public Builder transport(String name, Transport transport, RetryPolicy retry) {
      transportRetries.put(
          Objects.requireNonNull(name, "name"), Objects.requireNonNull(retry, "retry"));
      return transport(name, transport);
    }

    /**
     * Sends messages that name no transport through this one when their topic fits.
     *
     * @param topic a pattern, where {@code *} stands for any characters or none. If several fit,
     *     the one that prescribes most characters counts
     * @param transport the name of a transport
     * @throws ConfigurationException when the pattern has another route
     */
    public Builder route(String topic, String transport) {
      Objects.requireNonNull(topic, "topic");
      String other = routes.put(topic, Objects.requireNonNull(transport, "transport"));
      if (other != null && !other.equals(transport)) {
        throw new ConfigurationException(
            List.of(
                "topic '%s' has two routes, to the transports '%s' and '%s': take one away"
                    .formatted(topic, other, transport)));
      }
      return this;
    }

    /**
     * Says how messages to topics are sent, unless they say otherwise themselves. Default: {@link
     * TopicSettings#ofDefaults()}. Settings of a pattern are replaced as a whole.
     *
     * @param topic a pattern, where {@code *} stands for any characters or none. If several fit,
     *     the one that prescribes most characters counts
     */
    public Builder topic(String topic, TopicSettings settings) {
      topics.put(
          Objects.requireNonNull(topic, "topic"), Objects.requireNonNull(settings, "settings"));
      return this;
    }

    /**
     * Says what follows when a message is rejected by an error, whatever its topic and transport.
     *
     * @param name the error's name as the transport reports it, such as {@code
     *     RecordTooLargeException}
     */
    public Builder error(String name, RetryPolicy retry) {
      errorRetries.put(
          Objects.requireNonNull(name, "name"), Objects.requireNonNull(retry, "retry"));
      return this;
    }

    /**
     * Sets what chooses the retry policy of each rejected message, before those of its error, topic
     * and transport and that of {@link SendSettings#retry}. Default: nothing does.
     */
    public Builder retries(RetryPolicies retries) {
      this.retries = Objects.requireNonNull(retries, "retries");
      return this;
    }

    /** Adds a listener that is told what became of messages, after those added before. */
    public Builder listener(SendListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /** Sets what serializes payload objects. Default: none, payloads are bytes or text. */
    public Builder serializer(PayloadSerializer serializer) {
      this.serializer = Objects.requireNonNull(serializer, "serializer");
      return this;
    }

    /** Sets what counts. Default: nothing does. */
    public Builder metrics(OutboxMetrics metrics) {
      this.metrics = new GuardedMetrics(Objects.requireNonNull(metrics, "metrics"));
      return this;
    }

    /** Sets what runs the jobs. Default: threads of this process. */
    public Builder scheduler(JobScheduler scheduler) {
      this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
      return this;
    }

    /** Sets how to send. Default: {@link SendSettings#ofDefaults()}. */
    public Builder send(SendSettings send) {
      this.send = Objects.requireNonNull(send, "send");
      return this;
    }

    /** Sets when to purge. Default: {@link PurgeSettings#ofDefaults()}. */
    public Builder purge(PurgeSettings purge) {
      this.purge = Objects.requireNonNull(purge, "purge");
      return this;
    }

    /** Sets which tables to use. Default: {@link TableSettings#ofDefaults()}. */
    public Builder tables(TableSettings tables) {
      this.tables = Objects.requireNonNull(tables, "tables");
      return this;
    }

    /** Sets how to consume. Default: {@link InboxSettings#ofDefaults()}. */
    public Builder inbox(InboxSettings inbox) {
      this.inboxSettings = Objects.requireNonNull(inbox, "inbox");
      return this;
    }

    /**
     * Sets what follows when a broker could lose what it accepted. Default: {@link Safety#WARN}.
     */
    public Builder safety(Safety safety) {
      this.safety = Objects.requireNonNull(safety, "safety");
      return this;
    }

    /**
     * Puts the parts together and follows the transaction manager's transactions. Asks the database
     * what it is, and starts nothing.
     *
     * @throws ConfigurationException when there is no transport, a route leads to an unknown one,
     *     the database is not supported, or a name can't be used
     * @throws org.springframework.dao.DataAccessException when the database can't be asked
     */
    public Outbox4j build() {
      return new Outbox4j(this);
    }
  }
}
