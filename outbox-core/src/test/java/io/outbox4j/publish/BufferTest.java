package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.OutboxMessage;
import io.outbox4j.publish.World.Kind;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@ParameterizedClass
@EnumSource(Kind.class)
class BufferTest {

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @Test
  void allMessagesGoInWithOneInsertRightBeforeTheCommit() {
    world.in(
        () -> {
          world.publish("a");
          world.business(1);
          world.outbox.publish(
              List.of(OutboxMessage.to("b").build(), OutboxMessage.to("c").build()));
          whenBeforeCommit(() -> world.publish("d"));
          assertThat(world.dataSource.count("INSERT INTO message_send")).isZero();
        });
    assertThat(world.store.topics()).containsExactly("a", "b", "c", "d");
    List<String> log = world.dataSource.log;
    assertThat(world.dataSource.count("INSERT INTO message_send")).isOne();
    int insert =
        log.indexOf(
            log.stream().filter(it -> it.contains("message_send")).findFirst().orElseThrow());
    assertThat(log.get(insert + 1)).isEqualTo("COMMIT");
    assertThat(world.handOver.reservations).hasValue(1);
    assertThat(world.handOver.committed).containsExactly("a", "b", "c", "d");
    assertThat(world.handOver.open()).isZero();
    assertThat(world.published).containsExactly("broker 4");
  }

  @Test
  void anIdIsReturnedForEachMessageInOrderAndTimeOrdered() {
    UUID given = UUID.randomUUID();
    List<UUID> ids =
        new TransactionTemplate(world.manager)
            .execute(
                status ->
                    world.outbox.publish(
                        List.of(
                            OutboxMessage.to("a").build(),
                            OutboxMessage.to("b").id(given).build(),
                            OutboxMessage.to("c").build())));
    assertThat(ids).hasSize(3);
    assertThat(ids.get(1)).isEqualTo(given);
    assertThat(ids.get(0).version()).isEqualTo(7);
    assertThat(ids.get(0).toString()).isLessThan(ids.get(2).toString());
    assertThat(
            world.jdbc.queryForList("SELECT message_id FROM message_send ORDER BY seq", UUID.class))
        .isEqualTo(ids);
  }

  @Test
  void aTransactionWithoutMessagesCostsNothing() {
    world.in(() -> world.business(1));
    assertThat(world.dataSource.log)
        .containsExactly("INSERT INTO account (id, name) VALUES (?, ?)", "COMMIT");
    assertThat(world.handOver.reservations).hasValue(0);
  }

  @Test
  void rolledBackMessagesLeaveNothing() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      throw new IllegalStateException("business");
                    }))
        .hasMessage("business");
    assertNothingHappened();
    world.in(() -> world.publish("b"));
    assertThat(world.store.topics()).containsExactly("b");
  }

  @Test
  void anInnerTransactionKeepsItsOwnWhenTheOuterOneRollsBack() {
    ignoring(
        () ->
            world.in(
                () -> {
                  world.publish("outer");
                  world.requiresNew(() -> world.publish("inner"));
                  assertThat(world.store.topics()).containsExactly("inner");
                  assertThat(world.handOver.committed).containsExactly("inner");
                  throw new IllegalStateException();
                }));
    assertStored("inner");
  }

  @Test
  void anInnerTransactionThatRollsBackLeavesTheOuterOnesMessages() {
    world.in(
        () -> {
          world.publish("outer");
          ignoring(
              () ->
                  world.requiresNew(
                      () -> {
                        world.publish("inner");
                        throw new IllegalStateException();
                      }));
          world.publish("outer again");
        });
    assertStored("outer", "outer again");
  }

  @Test
  void threeTransactionsInEachOtherKeepTheirOwn() {
    world.in(
        () -> {
          world.publish("1");
          world.requiresNew(
              () -> {
                world.publish("2");
                world.requiresNew(() -> world.publish("3"));
                world.publish("2 again");
              });
          world.publish("1 again");
        });
    assertStored("3", "2", "2 again", "1", "1 again");
    assertThat(world.dataSource.count("INSERT INTO message_send")).isEqualTo(3);
  }

  @Test
  void aSuspendedTransactionKeepsItsMessages() {
    world.in(
        () -> {
          world.publish("outer");
          world.in(
              TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
              () ->
                  assertThatThrownBy(() -> world.publish("between"))
                      .hasMessageContaining("NOT_SUPPORTED"));
          world.publish("outer again");
        });
    assertStored("outer", "outer again");
  }

  @Test
  void participantsPublishInTheOuterTransaction() {
    world.in(
        () -> {
          world.publish("outer");
          world.in(() -> world.publish("participant"));
          assertThat(world.handOver.reservations).hasValue(0);
        });
    assertStored("outer", "participant");
  }

  @Test
  void theThreadIsLeftAsItWasFound() {
    world.in(
        () -> {
          world.publish("a");
          world.requiresNew(() -> world.publish("b"));
        });
    ignoring(
        () ->
            world.in(
                () -> {
                  throw new IllegalStateException();
                }));
    assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
  }

  private void assertStored(String... topics) {
    assertThat(world.store.topics()).containsExactly(topics);
    assertThat(world.handOver.committed).containsExactly(topics);
    assertThat(world.handOver.open()).isZero();
  }

  private void assertNothingHappened() {
    assertThat(world.businessRows()).isZero();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.open()).isZero();
    assertThat(world.published).isEmpty();
  }

  static void whenBeforeCommit(Runnable work) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void beforeCommit(boolean readOnly) {
            work.run();
          }
        });
  }

  static void ignoring(Runnable work) {
    assertThatThrownBy(work::run).isExactlyInstanceOf(IllegalStateException.class);
  }
}
