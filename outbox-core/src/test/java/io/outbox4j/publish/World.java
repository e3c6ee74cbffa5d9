package io.outbox4j.publish;

import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.hibernate.HibernateTransactionManager;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An outbox on a fresh database, with one transaction manager. */
final class World {

  /** The managers that every promise must hold for. */
  enum Kind {
    JDBC,
    DATA_SOURCE,
    JPA,
    HIBERNATE
  }

  final WatchedDataSource dataSource;
  final PlainStore store;
  final RecordingHandOver handOver = new RecordingHandOver();
  final List<String> published = new CopyOnWriteArrayList<>();
  final List<Throwable> failedCallbacks = new CopyOnWriteArrayList<>();
  final TransactionalOutbox outbox;
  final AbstractPlatformTransactionManager manager;
  final JdbcTemplate jdbc;

  private World(WatchedDataSource dataSource, AbstractPlatformTransactionManager manager) {
    this.dataSource = dataSource;
    this.manager = manager;
    this.store = new PlainStore(dataSource);
    this.jdbc = new JdbcTemplate(dataSource);
    this.outbox = new TransactionalOutbox(wiring(dataSource));
  }

  /** A world whose outbox hears of its manager's transactions. */
  static World of(Kind kind) {
    World world = deaf(kind);
    world.outbox.listenTo(world.manager);
    return world;
  }

  /** A world whose outbox was not told of its manager. */
  static World deaf(Kind kind) {
    WatchedDataSource dataSource = new WatchedDataSource(database());
    return new World(dataSource, manager(kind, dataSource));
  }

  static World of(WatchedDataSource dataSource) {
    return of(dataSource, new JdbcTransactionManager(dataSource));
  }

  static World of(WatchedDataSource dataSource, AbstractPlatformTransactionManager manager) {
    World world = new World(dataSource, manager);
    world.outbox.listenTo(world.manager);
    return world;
  }

  static JdbcDataSource database() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    JdbcTemplate jdbc = new JdbcTemplate(h2);
    jdbc.execute(PlainStore.TABLE);
    jdbc.execute("CREATE TABLE account (id BIGINT PRIMARY KEY, name VARCHAR(100) UNIQUE)");
    return h2;
  }

  static AbstractPlatformTransactionManager manager(Kind kind, DataSource dataSource) {
    AbstractPlatformTransactionManager manager =
        switch (kind) {
          case JDBC -> new JdbcTransactionManager(dataSource);
          case DATA_SOURCE -> new DataSourceTransactionManager(dataSource);
          case JPA -> jpa(dataSource);
          case HIBERNATE -> hibernate(dataSource);
        };
    manager.setNestedTransactionAllowed(true);
    return manager;
  }

  private static JpaTransactionManager jpa(DataSource dataSource) {
    LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
    factory.setDataSource(dataSource);
    factory.setManagedTypes(PersistenceManagedTypes.of(Account.class.getName()));
    factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
    factory.afterPropertiesSet();
    JpaTransactionManager manager =
        new JpaTransactionManager(Objects.requireNonNull(factory.getObject()));
    manager.setJpaDialect(factory.getJpaDialect());
    manager.setDataSource(dataSource);
    manager.afterPropertiesSet();
    return manager;
  }

  private static HibernateTransactionManager hibernate(DataSource dataSource) {
    LocalSessionFactoryBean factory = new LocalSessionFactoryBean();
    factory.setDataSource(dataSource);
    factory.setAnnotatedClasses(Account.class);
    try {
      factory.afterPropertiesSet();
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
    HibernateTransactionManager manager =
        new HibernateTransactionManager(Objects.requireNonNull(factory.getObject()));
    manager.setDataSource(dataSource);
    manager.afterPropertiesSet();
    return manager;
  }

  PublishWiring wiring(DataSource owner) {
    return new PublishWiring(
        owner,
        store,
        handOver,
        new Routes(Map.of("broker", new SilentTransport()), Map.of()),
        new TopicPatterns<>(Map.of()),
        null,
        metrics(),
        InstantSource.system());
  }

  private OutboxMetrics metrics() {
    return new OutboxMetrics() {
      @Override
      public void published(String transport, int count) {
        published.add(transport + " " + count);
      }
    };
  }

  UUID publish(String topic) {
    return outbox.publish(OutboxMessage.to(topic).build());
  }

  /** Runs in a transaction of this kind, as TransactionTemplate does. */
  void in(int propagation, Runnable work) {
    in(manager, propagation, work);
  }

  void in(Runnable work) {
    in(TransactionDefinition.PROPAGATION_REQUIRED, work);
  }

  void nested(Runnable work) {
    in(TransactionDefinition.PROPAGATION_NESTED, work);
  }

  void requiresNew(Runnable work) {
    in(TransactionDefinition.PROPAGATION_REQUIRES_NEW, work);
  }

  static void in(PlatformTransactionManager manager, int propagation, Runnable work) {
    new TransactionTemplate(manager, new DefaultTransactionDefinition(propagation))
        .executeWithoutResult(status -> work.run());
  }

  /** Works after the commit and after the completion, of which Spring swallows what is thrown. */
  void atTheEnd(Consumer<String> work) {
    final class Late implements TransactionSynchronization, PriorityOrdered {
      @Override
      public int getOrder() {
        return PriorityOrdered.HIGHEST_PRECEDENCE;
      }

      @Override
      public void afterCommit() {
        noting(() -> work.accept("afterCommit"));
      }

      @Override
      public void afterCompletion(int status) {
        noting(() -> work.accept("afterCompletion"));
      }
    }
    TransactionSynchronizationManager.registerSynchronization(new Late());
  }

  private void noting(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error failure) {
      failedCallbacks.add(failure);
      throw failure;
    }
  }

  EntityManager entities() {
    EntityManagerFactory factory =
        (EntityManagerFactory) ((ResourceTransactionManager) manager).getResourceFactory();
    return Objects.requireNonNull(EntityManagerFactoryUtils.getTransactionalEntityManager(factory));
  }

  void business(long id) {
    jdbc.update("INSERT INTO account (id, name) VALUES (?, ?)", id, "name-" + id);
  }

  long businessRows() {
    return Objects.requireNonNull(jdbc.queryForObject("SELECT count(*) FROM account", Long.class));
  }

  /** A transport that is never used here. */
  static final class SilentTransport implements Transport {

    @Nullable Consumer<OutgoingMessage> vetting;

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void vet(OutgoingMessage message) {
      if (vetting != null) {
        vetting.accept(message);
      }
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(1);
    }
  }
}
