package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.AppendFailedException;
import io.outbox4j.NotInTransactionException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.publish.World.Kind;
import io.outbox4j.spi.OutboxMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The manager was not given to the outbox, which can't know when to write. */
class UnseenTransactionTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void messagesAreWrittenAtOnceAndHandedOverAfterTheCommit(Kind kind) {
    World world = World.deaf(kind);
    world.in(
        () -> {
          world.publish("a");
          world.outbox.publish(
              List.of(OutboxMessage.to("b").build(), OutboxMessage.to("c").build()));
          assertThat(world.dataSource.count("INSERT INTO message_send")).isEqualTo(2);
          assertThat(world.handOver.committed).isEmpty();
        });
    assertThat(world.store.topics()).containsExactly("a", "b", "c");
    assertThat(world.handOver.committed).containsExactly("a", "b", "c");
    assertThat(world.handOver.open()).isZero();
    assertThat(world.published).containsExactly("broker 1", "broker 2");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRollBackForgetsThem(Kind kind) {
    World world = World.deaf(kind);
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  world.publish("a");
                  world.requiresNew(() -> world.publish("inner"));
                  throw new IllegalStateException();
                }));
    assertThat(world.store.topics()).containsExactly("inner");
    assertThat(world.handOver.committed).containsExactly("inner");
    assertThat(world.handOver.forgotten).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "JPA")
  void savepointsTakeTheirRowsWithThem(Kind kind) {
    World world = World.deaf(kind);
    new TransactionTemplate(world.manager)
        .executeWithoutResult(
            status -> {
              world.publish("before");
              Object savepoint = status.createSavepoint();
              world.publish("first try");
              status.rollbackToSavepoint(savepoint);
              world.publish("second try");
              status.rollbackToSavepoint(savepoint);
              world.publish("third try");
              world.nested(() -> world.publish("nested"));
            });
    assertThat(world.store.topics()).containsExactly("before", "third try", "nested");
    assertThat(world.handOver.committed).containsExactly("before", "third try", "nested");
    assertThat(world.handOver.forgotten).containsExactly("first try", "second try");
    assertThat(world.handOver.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterItsEndItIsRefused(Kind kind) {
    World world = World.deaf(kind);
    world.in(
        () ->
            world.atTheEnd(
                phase -> {
                  assertThatThrownBy(() -> world.publish("late"))
                      .isInstanceOf(NotInTransactionException.class)
                      .hasMessageContaining("after the transaction's end");
                  world.in(
                      () ->
                          assertThatThrownBy(() -> world.publish("late participant"))
                              .isInstanceOf(NotInTransactionException.class)
                              .hasMessageContainingAll("after the transaction's end", "listenTo"));
                }));
    assertThat(world.failedCallbacks).isEmpty();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.reservations).hasValue(0);
  }

  @Test
  void rowsWhoseTransactionEndsUnheardOfAreNotHandedOver() {
    World world = World.deaf(Kind.JDBC);
    Appender appender = new Appender(world.store, world.handOver, OutboxMetrics.NONE);
    Preparation preparation = new Preparation(world.wiring(world.dataSource));
    world.in(
        () ->
            world.atTheEnd(
                phase -> {
                  if (TransactionSynchronizationManager.isSynchronizationActive()) {
                    WrittenThrough.append(
                        List.of(preparation.prepare(OutboxMessage.to("late").build())), appender);
                  }
                }));
    assertThat(world.failedCallbacks).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.forgotten).containsExactly("late");
  }

  @Test
  void aFailureIsTheCallersAndLeavesNoReservation() {
    World world = World.deaf(Kind.JDBC);
    world.store.failure = new TransactionSystemException("secret");
    world.in(
        () ->
            assertThatThrownBy(() -> world.publish("a"))
                .isInstanceOf(AppendFailedException.class)
                .hasMessageNotContaining("secret"));
    assertThat(world.handOver.forgotten).containsExactly("a");
    assertThat(world.handOver.committed).isEmpty();
  }
}
