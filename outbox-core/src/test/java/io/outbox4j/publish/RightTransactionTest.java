package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.NotInTransactionException;
import io.outbox4j.publish.World.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@ParameterizedClass
@EnumSource(Kind.class)
class RightTransactionTest {

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @AfterEach
  void callbacksSucceeded() {
    assertThat(world.failedCallbacks).isEmpty();
  }

  @Test
  void thereMustBeOne() {
    assertRefused("without a transaction", "@Transactional");
  }

  @Test
  void anEmptyListNeedsOneToo() {
    assertThatThrownBy(() -> world.outbox.publish(List.of()))
        .isInstanceOf(NotInTransactionException.class);
    world.in(() -> assertThat(world.outbox.publish(List.of())).isEmpty());
  }

  @Test
  void supportsDoesNotBeginOne() {
    world.in(
        TransactionDefinition.PROPAGATION_SUPPORTS, () -> assertRefused("SUPPORTS", "REQUIRED"));
    assertNothingStored();
  }

  @Test
  void itMustHaveSynchronization() {
    world.manager.setTransactionSynchronization(
        AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
    world.in(() -> assertRefused("SYNCHRONIZATION_NEVER", "SYNCHRONIZATION_ALWAYS"));
    assertNothingStored();
  }

  @Test
  void itMustNotBeReadOnly() {
    TransactionTemplate readOnly = new TransactionTemplate(world.manager);
    readOnly.setReadOnly(true);
    readOnly.executeWithoutResult(
        status -> {
          assertRefused("read-only", "readOnly = true");
          world.in(() -> assertRefused("read-only", "outermost"));
        });
    assertNothingStored();
  }

  @Test
  void itMustBeOfTheOutboxsDataSource() {
    JdbcTransactionManager other = new JdbcTransactionManager(World.database());
    inOther(other, () -> assertRefused("another DataSource", "transaction manager"));
    world.outbox.listenTo(other);
    inOther(other, () -> assertRefused("another DataSource", "transaction manager"));
    assertNothingStored();
  }

  @Test
  void anotherDataSourceIsRecognisedAlsoWhenThePoolsConnectionsAreNotAutoCommit() {
    World manual = World.of(new WatchedDataSource(new ManualCommit()));
    manual.in(() -> manual.publish("a"));
    JdbcTransactionManager unheard = new JdbcTransactionManager(World.database());
    JpaTransactionManager heard = (JpaTransactionManager) World.manager(Kind.JPA, World.database());
    // Nobody can see any more whose transactions these are.
    heard.setDataSource(null);
    manual.outbox.listenTo(heard);
    for (AbstractPlatformTransactionManager other : List.of(unheard, heard)) {
      inOther(
          other,
          () -> {
            for (int i = 0; i < 2; i++) {
              assertThatThrownBy(() -> manual.publish("b"))
                  .isInstanceOf(NotInTransactionException.class);
              manual.store.topics();
            }
          });
    }
    assertThat(heard.getTransactionExecutionListeners()).hasSize(1);
    assertThat(manual.handOver.committed).containsExactly("a");
    assertThat(manual.handOver.open()).isZero();
  }

  @Test
  void aTransactionOfAnotherDataSourceInsideIsNotTheOuterOne() {
    AbstractPlatformTransactionManager other = World.manager(Kind.JDBC, World.database());
    world.in(
        () -> {
          world.publish("before");
          inOther(
              other,
              () -> {
                assertRefused("another DataSource");
                world.requiresNew(() -> world.publish("inner"));
                assertRefused("another DataSource");
              });
          world.publish("after");
        });
    assertThat(world.store.topics()).containsExactly("inner", "before", "after");
    assertThat(world.handOver.committed).containsExactly("inner", "before", "after");
  }

  @Test
  void itMustNotBeOver() {
    for (boolean publishedBefore : new boolean[] {true, false}) {
      List<String> calls = new ArrayList<>();
      world.in(
          () -> {
            if (publishedBefore) {
              world.publish("before");
            }
            world.atTheEnd(
                phase -> {
                  calls.add(phase);
                  assertRefused("after the transaction's end", "BEFORE_COMMIT", "REQUIRES_NEW");
                  // Takes part in the transaction that is over.
                  world.in(() -> assertRefused("after the transaction's end"));
                });
          });
      assertThat(calls).containsExactly("afterCommit", "afterCompletion");
    }
    assertThat(world.store.topics()).containsExactly("before");
    assertThat(world.handOver.committed).containsExactly("before");
  }

  @Test
  void itMustNotBeRolledBackAlready() {
    List<String> calls = new ArrayList<>();
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  world.atTheEnd(
                      phase -> {
                        calls.add(phase);
                        assertRefused("after the transaction's end");
                        world.in(() -> assertRefused("after the transaction's end"));
                      });
                  throw new IllegalStateException();
                }));
    assertThat(calls).containsExactly("afterCompletion");
    assertNothingStored();
  }

  @Test
  void aNewOneAfterTheEndWillDo() {
    world.in(() -> world.atTheEnd(phase -> world.requiresNew(() -> world.publish(phase))));
    assertThat(world.store.topics()).containsExactly("afterCommit", "afterCompletion");
    assertThat(world.handOver.committed).containsExactly("afterCommit", "afterCompletion");
  }

  @Test
  void beforeItsEndItWillDoInEveryCallback() {
    world.in(
        () ->
            TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                  @Override
                  public void beforeCommit(boolean readOnly) {
                    world.publish("beforeCommit");
                  }

                  @Override
                  public void beforeCompletion() {
                    world.publish("beforeCompletion");
                  }
                }));
    assertThat(world.handOver.committed).containsExactly("beforeCommit", "beforeCompletion");
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> world.publish("refused"))
        .isInstanceOf(NotInTransactionException.class)
        .hasMessageContainingAll(words);
  }

  private void assertNothingStored() {
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.reservations).hasValue(0);
  }

  private static void inOther(AbstractPlatformTransactionManager manager, Runnable work) {
    World.in(manager, TransactionDefinition.PROPAGATION_REQUIRED, work);
  }

  private static final class ManualCommit extends DelegatingDataSource {

    ManualCommit() {
      super(World.database());
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      connection.setAutoCommit(false);
      return connection;
    }
  }
}
