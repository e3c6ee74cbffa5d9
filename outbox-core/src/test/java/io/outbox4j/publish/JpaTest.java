package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.AppendFailedException;
import io.outbox4j.publish.World.Kind;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionSystemException;

@ParameterizedClass
@EnumSource(
    value = Kind.class,
    names = {"JPA", "HIBERNATE"})
class JpaTest {

  private static final String OUTBOX = "INSERT INTO message_send";

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @Test
  void entitiesAreFlushedBeforeTheRowsAreInserted() {
    world.in(() -> world.entities().persist(new Account(1, "one")));
    world.dataSource.reset();
    world.in(
        () -> {
          world.publish("a");
          EntityManager entities = world.entities();
          entities.find(Account.class, 1).rename("other");
          entities.persist(new Account(2, "two"));
        });
    List<String> writes =
        world.dataSource.log.stream()
            .filter(it -> !it.startsWith("select"))
            .map(it -> it.split("[ (]")[0] + (it.startsWith(OUTBOX) ? " row" : ""))
            .toList();
    assertThat(writes).containsExactly("insert", "update", "INSERT row", "COMMIT");
  }

  @Test
  void whatFlushModeManualHoldsBackStaysBack() {
    world.in(() -> world.entities().persist(new Account(1, "old")));
    world.in(
        () -> {
          world.publish("a");
          EntityManager entities = world.entities();
          entities.unwrap(Session.class).setHibernateFlushMode(FlushMode.MANUAL);
          entities.find(Account.class, 1).rename("must not be written");
        });
    assertThat(world.jdbc.queryForObject("SELECT name FROM account", String.class))
        .isEqualTo("old");
    assertThat(world.handOver.committed).containsExactly("a");
  }

  @Test
  void messagesOfEntityCallbacksInOurFlushJoinTheBatch() {
    world.in(
        () -> {
          world.publish("a");
          world.entities().persist(publishing());
        });
    assertStored("a", "from @PrePersist", "from @PostPersist");
    assertThat(world.dataSource.count(OUTBOX)).isOne();
  }

  @Test
  void messagesOfEntityCallbacksInTheFlushOfTheCommitAreWrittenThrough() {
    // Without a message before the commit the outbox has no reason to flush.
    Account account = new Account(1, "one");
    account.afterPersist = () -> world.publish("from @PostPersist");
    world.in(() -> world.entities().persist(account));
    assertStored("from @PostPersist");
    assertThat(world.businessRows()).isOne();
  }

  @Test
  void messagesWrittenThroughGoWithTheTransactionThatFails() {
    Account first = new Account(1, "same name");
    first.afterPersist = () -> world.publish("from @PostPersist");
    world.in(() -> world.entities().persist(new Account(9, "taken")));
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.entities().persist(first);
                      world.entities().persist(new Account(2, "taken"));
                    }))
        .isInstanceOf(DataIntegrityViolationException.class);
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.open()).isZero();
  }

  @Test
  void aFailingFlushIsTheSameExceptionAsWithoutUs() {
    world.in(() -> world.entities().persist(new Account(9, "taken")));
    for (boolean publishing : new boolean[] {true, false}) {
      assertThatThrownBy(
              () ->
                  world.in(
                      () -> {
                        if (publishing) {
                          world.publish("a");
                        }
                        world.entities().persist(new Account(1, "taken"));
                      }))
          .isInstanceOf(DataIntegrityViolationException.class);
    }
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.businessRows()).isOne();
    assertThat(world.handOver.open()).isZero();
  }

  @Test
  void aTransactionExceptionInOurFlushRollsBack() {
    Account account = new Account(1, "one");
    account.afterPersist =
        () -> {
          throw new TransactionSystemException("inner one failed");
        };
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.publish("a");
                      world.entities().persist(account);
                    }))
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("TransactionSystemException");
    assertThat(world.dataSource.log).contains("ROLLBACK").doesNotContain("COMMIT");
    assertThat(world.businessRows()).isZero();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.open()).isZero();
  }

  private Account publishing() {
    Account account = new Account(1, "one");
    account.beforePersist = () -> world.publish("from @PrePersist");
    account.afterPersist = () -> world.publish("from @PostPersist");
    return account;
  }

  private void assertStored(String... topics) {
    assertThat(world.store.topics()).containsExactly(topics);
    assertThat(world.handOver.committed).containsExactly(topics);
    assertThat(world.handOver.open()).isZero();
  }
}
