package io.outbox4j.consume;

import static io.outbox4j.consume.PointsService.fails;
import static io.outbox4j.consume.PointsService.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.Inbox.Outcome;
import io.outbox4j.OutboxException;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox with Hibernate, which writes at the commit, and with a pool of one connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JpaInboxTest {

  private final PointsService service = new PointsService(1);
  private final LocalContainerEntityManagerFactoryBean factory =
      new LocalContainerEntityManagerFactoryBean();
  private JpaTransactionManager transactionManager;
  private TransactionalInbox inbox;

  @BeforeAll
  void start() {
    service.jdbc.execute("CREATE TABLE Account (id INT PRIMARY KEY, owner VARCHAR(3))");
    factory.setDataSource(service.dataSource);
    factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
    factory.setManagedTypes(PersistenceManagedTypes.of(Account.class.getName()));
    factory.afterPropertiesSet();
    transactionManager = new JpaTransactionManager(factory.getObject());
    transactionManager.afterPropertiesSet();
    inbox =
        new TransactionalInbox(
            service.table, transactionManager, service.dataSource, service.counts);
  }

  @AfterEach
  void empty() {
    service.jdbc.execute("DELETE FROM message_consume");
    service.jdbc.execute("DELETE FROM Account");
  }

  @AfterAll
  void stop() {
    inbox.close();
    factory.destroy();
    service.close();
  }

  @Test
  void entityAndRowCommitTogether() {
    assertThat(inbox.process(message("1"), received -> persist("ann"))).isEqualTo(Outcome.CONSUMED);

    assertThat(accounts()).isOne();
    assertThat(service.table.says("1")).isEqualTo("consumed");
  }

  @Test
  void entityThatTheDatabaseRefusesAtTheCommitIsAFailure() {
    fails(() -> inbox.process(message("1"), received -> persist("too long")));

    assertThat(service.table.says("1")).startsWith("failed 1").doesNotContain("too long");
    assertThat(accounts()).isZero();
  }

  @Test
  void joinedFailureThatTheCallerCatchesCannotCommit() {
    assertThatThrownBy(
            () ->
                new TransactionTemplate(transactionManager)
                    .executeWithoutResult(
                        running ->
                            fails(
                                () ->
                                    inbox.process(
                                        message("1"),
                                        received -> {
                                          persist("ann");
                                          throw new IllegalStateException();
                                        }))))
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining("can't commit");

    await().untilAsserted(() -> assertThat(service.table.says("1")).startsWith("failed 1"));
    assertThat(accounts()).isZero();
  }

  private void persist(String owner) {
    EntityManagerFactory entityManagers = factory.getObject();
    EntityManager entityManager =
        EntityManagerFactoryUtils.getTransactionalEntityManager(entityManagers);
    Account account = new Account();
    account.owner = owner;
    entityManager.persist(account);
  }

  private int accounts() {
    return service.jdbc.queryForObject("SELECT count(*) FROM Account", Integer.class);
  }

  @Entity(name = "Account")
  static class Account {
    @Id int id;
    String owner;
  }
}
