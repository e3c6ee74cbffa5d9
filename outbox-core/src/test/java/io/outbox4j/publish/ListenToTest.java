package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.outbox4j.publish.World.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;

class ListenToTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aManagerGetsOneListenerHoweverOftenItIsGiven(Kind kind) {
    World world = World.of(kind);
    world.outbox.listenTo(world.manager);
    assertThat(world.manager.getTransactionExecutionListeners()).hasSize(1);
    world.in(() -> world.publish("a"));
    assertThat(world.handOver.committed).containsExactly("a");
  }

  @Test
  void anImmutableListOfListenersIsReplacedByACopy() {
    World world = World.deaf(Kind.JDBC);
    List<String> heard = new ArrayList<>();
    TransactionExecutionListener users =
        new TransactionExecutionListener() {
          @Override
          public void beforeCommit(org.springframework.transaction.TransactionExecution it) {
            heard.add("beforeCommit");
          }
        };
    world.manager.setTransactionExecutionListeners(List.of(users));
    world.outbox.listenTo(world.manager);
    assertThat(world.manager.getTransactionExecutionListeners()).hasSize(2).first().isSameAs(users);
    world.in(() -> world.publish("a"));
    assertThat(world.handOver.committed).containsExactly("a");
    assertThat(heard).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void managersOfOtherDataSourcesAreLeftAlone(Kind kind) {
    World world = World.of(Kind.JDBC);
    AbstractPlatformTransactionManager other = World.manager(kind, World.database());
    world.outbox.listenTo(other);
    assertThat(other.getTransactionExecutionListeners()).isEmpty();
  }

  @Test
  void managersWithoutSynchronizationAreLeftAlone() {
    World world = World.deaf(Kind.JDBC);
    world.manager.setTransactionSynchronization(
        AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
    world.outbox.listenTo(world.manager);
    assertThat(world.manager.getTransactionExecutionListeners()).isEmpty();
  }

  @Test
  void managersThatTakeNoListenersAreLeftAlone() {
    World world = World.deaf(Kind.JDBC);
    assertThatNoException().isThrownBy(() -> world.outbox.listenTo(new Fixed(world.manager)));
  }

  @Test
  void twoOutboxesHearOfOneManager() {
    World world = World.of(Kind.JDBC);
    TransactionalOutbox second = new TransactionalOutbox(world.wiring(world.dataSource));
    second.listenTo(world.manager);
    assertThat(world.manager.getTransactionExecutionListeners()).hasSize(2);
    world.in(
        () -> {
          world.publish("first");
          second.publish(io.outbox4j.OutboxMessage.to("second").build());
          assertThat(world.handOver.reservations).hasValue(0);
        });
    assertThat(world.handOver.committed).containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void aTransactionAwareProxyIsItsTarget() {
    World world = World.deaf(Kind.JDBC);
    DataSourceTransactionManager manager = new JdbcTransactionManager(world.dataSource);
    TransactionalOutbox outbox =
        new TransactionalOutbox(
            world.wiring(new TransactionAwareDataSourceProxy(world.dataSource)));
    outbox.listenTo(manager);
    World.in(
        manager,
        TransactionDefinition.PROPAGATION_REQUIRED,
        () -> {
          outbox.publish(io.outbox4j.OutboxMessage.to("a").build());
          assertThat(world.handOver.reservations).hasValue(0);
        });
    assertThat(world.handOver.committed).containsExactly("a");
  }

  private record Fixed(PlatformTransactionManager target) implements PlatformTransactionManager {

    @Override
    public TransactionStatus getTransaction(TransactionDefinition definition) {
      return target.getTransaction(definition);
    }

    @Override
    public void commit(TransactionStatus status) {
      target.commit(status);
    }

    @Override
    public void rollback(TransactionStatus status) {
      target.rollback(status);
    }
  }
}
