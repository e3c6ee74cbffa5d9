package io.outbox4j.publish;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.orm.jpa.hibernate.HibernateTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Flushes the thread's EntityManager before our INSERT, so that the entities' row locks are held
 * when the rows draw their sequence. Loaded only where spring-orm is there.
 */
final class JpaFlush {

  private static final boolean HIBERNATE =
      ClassUtils.isPresent("org.hibernate.Session", JpaFlush.class.getClassLoader());

  private final EntityManagerFactory factory;
  private final @Nullable PersistenceExceptionTranslator translator;
  private final boolean jpa;

  private JpaFlush(
      EntityManagerFactory factory,
      @Nullable PersistenceExceptionTranslator translator,
      boolean jpa) {
    this.factory = factory;
    this.translator = translator;
    this.jpa = jpa;
  }

  /** The flush for a manager's EntityManagers, or null when it has none. */
  static @Nullable JpaFlush of(ResourceTransactionManager manager) {
    if (!(manager.getResourceFactory() instanceof EntityManagerFactory factory)) {
      return null;
    }
    return new JpaFlush(factory, translator(manager), manager instanceof JpaTransactionManager);
  }

  /** Whether a commit of a transaction that is marked for rollback rolls back. */
  boolean obeysMarks() {
    return jpa;
  }

  /** The DataSource that a JPA manager says it is for, or null. */
  static @Nullable DataSource dataSource(ResourceTransactionManager manager) {
    if (manager instanceof JpaTransactionManager jpa) {
      return jpa.getDataSource();
    }
    return HIBERNATE ? HibernateParts.dataSource(manager) : null;
  }

  private static @Nullable PersistenceExceptionTranslator translator(
      ResourceTransactionManager manager) {
    if (manager instanceof JpaTransactionManager jpa) {
      return jpa.getJpaDialect();
    }
    return HIBERNATE ? HibernateParts.translator() : null;
  }

  /** Flushes, with the exceptions that the manager's own flush would have thrown. */
  void run() {
    if (!(TransactionSynchronizationManager.getResource(factory)
        instanceof EntityManagerHolder holder)) {
      return;
    }
    EntityManager entities = holder.getEntityManager();
    if (!entities.isJoinedToTransaction() || HIBERNATE && HibernateParts.isManual(entities)) {
      return;
    }
    try {
      entities.flush();
    } catch (RuntimeException failure) {
      throw translator == null
          ? failure
          : DataAccessUtils.translateIfNecessary(failure, translator);
    }
  }

  /** Loaded only where Hibernate is there. */
  private static final class HibernateParts {

    /** {@code flush()} would write even what the application holds back by this mode. */
    static boolean isManual(EntityManager entities) {
      return entities instanceof Session session
          && session.getHibernateFlushMode() == FlushMode.MANUAL;
    }

    static @Nullable DataSource dataSource(ResourceTransactionManager manager) {
      return manager instanceof HibernateTransactionManager hibernate
          ? hibernate.getDataSource()
          : null;
    }

    static PersistenceExceptionTranslator translator() {
      return new HibernateExceptionTranslator();
    }
  }
}
