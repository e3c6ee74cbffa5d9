package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.arjuna.objectstore.VolatileStore;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.outbox4j.NotInTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;

/** JTA, with Narayana and two resources. */
class GlobalTransactionTest {

  private final TransactionManager jta = com.arjuna.ats.jta.TransactionManager.transactionManager();
  private final UserTransaction user = com.arjuna.ats.jta.UserTransaction.userTransaction();
  private World world;

  @BeforeAll
  static void keepNoFiles() throws CoreEnvironmentBeanException {
    arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("test");
    for (String name : new String[] {null, "communicationStore", "stateStore"}) {
      BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name)
          .setObjectStoreType(VolatileStore.class.getName());
    }
  }

  @BeforeEach
  void create() {
    world =
        World.of(new WatchedDataSource(new EnlistingDataSource(World.database(), jta)), manager());
  }

  @AfterEach
  void nothingIsLeftOnTheThread() throws Exception {
    assertThat(jta.getTransaction()).isNull();
  }

  @Test
  void messagesGoInWithOneInsertBeforeTheCommit() {
    world.in(
        () -> {
          world.publish("a");
          world.business(1);
          world.requiresNew(() -> world.publish("inner"));
          BufferTest.whenBeforeCommit(() -> world.publish("b"));
          assertThat(world.handOver.committed).containsExactly("inner");
        });
    assertThat(world.store.topics()).containsExactly("inner", "a", "b");
    assertThat(world.dataSource.count("INSERT INTO message_send")).isEqualTo(2);
    assertThat(world.handOver.committed).containsExactly("inner", "a", "b");
    assertThat(world.handOver.open()).isZero();
  }

  @Test
  void aRollBackLeavesNothing() {
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  world.business(1);
                  world.publish("a");
                  throw new IllegalStateException();
                }));
    assertNothingHappened();
  }

  @Test
  void anotherResourceThatCantPrepareTakesTheMessagesWithIt() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      enlist(refusing());
                    }))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertNothingHappened();
    assertThat(world.handOver.forgotten).containsExactly("a");
  }

  @Test
  void aTransactionBegunOutsideSpringIsWrittenThroughAndHandedOverAtItsRealEnd() throws Exception {
    user.begin();
    world.in(
        () -> {
          world.publish("a");
          assertThat(world.dataSource.count("INSERT INTO message_send")).isOne();
        });
    world.in(() -> world.publish("b"));
    assertThat(world.handOver.committed).isEmpty();
    user.commit();
    assertThat(world.store.topics()).containsExactly("a", "b");
    assertThat(world.handOver.committed).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aTransactionBegunOutsideSpringThatRollsBackHandsNothingOver() throws Exception {
    user.begin();
    world.in(
        () -> {
          world.business(1);
          world.publish("a");
        });
    user.rollback();
    assertNothingHappened();
    assertThat(world.handOver.forgotten).containsExactly("a");
  }

  @Test
  void outsideASpringScopeItIsRefused() throws Exception {
    user.begin();
    try {
      assertThatThrownBy(() -> world.publish("a"))
          .isInstanceOf(NotInTransactionException.class)
          .hasMessageContaining("@Transactional");
    } finally {
      user.rollback();
    }
  }

  @Test
  void aDataSourceThatTakesNoPartIsRefused() throws NotSupportedException {
    World apart = World.of(new WatchedDataSource(World.database()), manager());
    apart.in(
        () ->
            assertThatThrownBy(() -> apart.publish("a"))
                .isInstanceOf(NotInTransactionException.class)
                .hasMessageContaining("another DataSource"));
    assertThat(apart.store.topics()).isEmpty();
  }

  private JtaTransactionManager manager() {
    JtaTransactionManager manager = new JtaTransactionManager(user, jta);
    manager.afterPropertiesSet();
    return manager;
  }

  private void enlist(XAResource resource) {
    try {
      jta.getTransaction().enlistResource(resource);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static XAResource refusing() {
    return (XAResource)
        Proxy.newProxyInstance(
            XAResource.class.getClassLoader(),
            new Class<?>[] {XAResource.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "prepare" -> throw new XAException(XAException.XA_RBROLLBACK);
                  case "isSameRM", "setTransactionTimeout" -> false;
                  case "getTransactionTimeout" -> 0;
                  case "recover" -> new javax.transaction.xa.Xid[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == args[0];
                  case "toString" -> "refusing";
                  default -> null;
                });
  }

  private void assertNothingHappened() {
    assertThat(world.businessRows()).isZero();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.open()).isZero();
  }
}
