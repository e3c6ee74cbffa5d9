package io.outbox4j.spring;

import io.outbox4j.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/**
 * Where the business transactions are: the DataSource that holds the tables, and its manager.
 *
 * @param dataSource holds the tables
 * @param transactionManager begins transactions on it
 */
record BusinessDatabase(DataSource dataSource, PlatformTransactionManager transactionManager) {

  /**
   * Finds both among the application's beans.
   *
   * @param name the DataSource's bean name, or null for the only or the primary one
   * @throws ConfigurationException when it is not clear which
   */
  static BusinessDatabase of(ListableBeanFactory beans, @Nullable String name) {
    DataSource dataSource = dataSource(beans, name);
    return new BusinessDatabase(dataSource, transactionManager(beans, dataSource));
  }

  private static DataSource dataSource(ListableBeanFactory beans, @Nullable String name) {
    if (name == null) {
      DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
      if (only != null) {
        return only;
      }
      throw refused(
          "there are several DataSources (%s) and none of them is primary: name the one that holds the tables in outbox.data-source, or make it @Primary"
              .formatted(names(beans, DataSource.class)));
    }
    if (beans.containsBean(name) && beans.isTypeMatch(name, DataSource.class)) {
      return beans.getBean(name, DataSource.class);
    }
    throw refused(
        "outbox.data-source is %s, but there is no such DataSource: name one of %s"
            .formatted(name, names(beans, DataSource.class)));
  }

  private static PlatformTransactionManager transactionManager(
      ListableBeanFactory beans, DataSource dataSource) {
    PlatformTransactionManager usual =
        beans.getBeanProvider(PlatformTransactionManager.class).getIfUnique();
    if (usual != null && begins(usual, dataSource)) {
      return usual;
    }
    Map<String, PlatformTransactionManager> managers =
        beans.getBeansOfType(PlatformTransactionManager.class);
    List<PlatformTransactionManager> fitting =
        managers.values().stream().filter(m -> begins(m, dataSource)).toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw refused(
        fitting.isEmpty()
            ? "no transaction manager is on the DataSource that holds the tables (there is: %s): define a JdbcTransactionManager or JpaTransactionManager for it; Boot leaves that to you when there is another one, such as Kafka's"
                .formatted(managers.isEmpty() ? "none" : names(managers))
            : "several transaction managers are on the DataSource that holds the tables (%s): make one of them @Primary"
                .formatted(names(managers)));
  }

  /**
   * JTA's has no DataSource: it begins transactions on all. JMS' and others have another resource.
   */
  private static boolean begins(PlatformTransactionManager manager, DataSource dataSource) {
    BeanWrapper properties = new BeanWrapperImpl(manager);
    if (properties.isReadableProperty("dataSource")) {
      Object other = properties.getPropertyValue("dataSource");
      return other != null && unwrapped(other) == unwrapped(dataSource);
    }
    return !(manager instanceof ResourceTransactionManager) && synchronizes(manager);
  }

  /** Kafka's does not. */
  private static boolean synchronizes(PlatformTransactionManager manager) {
    return !(manager instanceof AbstractPlatformTransactionManager known)
        || known.getTransactionSynchronization()
            != AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER;
  }

  private static Object unwrapped(Object resource) {
    return TransactionSynchronizationUtils.unwrapResourceIfNecessary(resource);
  }

  private static String names(ListableBeanFactory beans, Class<?> type) {
    return String.join(", ", beans.getBeanNamesForType(type));
  }

  private static String names(Map<String, ?> beans) {
    return beans.keySet().stream().collect(Collectors.joining(", "));
  }

  private static ConfigurationException refused(String problem) {
    return new ConfigurationException(List.of(problem));
  }
}
