package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.AppendFailedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.publish.World.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A message is stored with the business change or not at all, and handed over only if committed.
 */
@ParameterizedClass
@EnumSource(Kind.class)
class EndOfTransactionTest {

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @Test
  void aTransactionThatAParticipantSpoiltWritesNothing() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      BufferTest.ignoring(
                          () ->
                              world.in(
                                  () -> {
                                    throw new IllegalStateException();
                                  }));
                    }))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertThat(world.dataSource.count("INSERT INTO message_send")).isZero();
    assertNothingHappened();
  }

  @Test
  void aTransactionMarkedForRollbackWritesNothing() {
    new TransactionTemplate(world.manager)
        .executeWithoutResult(
            status -> {
              world.business(1);
              world.publish("a");
              status.setRollbackOnly();
            });
    assertThat(world.dataSource.count("INSERT INTO message_send")).isZero();
    assertNothingHappened();
  }

  @Test
  void whatACallbackBeforeTheCommitSpoiltHasItsMessageIfItCommitsAllTheSame() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      BufferTest.whenBeforeCommit(
                          () ->
                              BufferTest.ignoring(
                                  () ->
                                      world.in(
                                          () -> {
                                            throw new IllegalStateException();
                                          })));
                    }))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertThat(world.store.topics()).hasSize((int) world.businessRows());
  }

  @Test
  void aTransactionExceptionOfAnothersCallbackCommitsNoBusinessWithoutItsMessage() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      BufferTest.whenBeforeCommit(
                          () -> {
                            throw new TransactionSystemException("inner one failed");
                          });
                    }))
        .isInstanceOf(TransactionSystemException.class);
    assertNothingHappened();
  }

  @Test
  void aTransactionExceptionOfTheStoreRollsBack() {
    world.store.failure = new TransactionSystemException("secret");
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                    }))
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("TransactionSystemException")
        .hasMessageNotContaining("secret");
    world.store.failure = null;
    assertNothingHappened();
    assertThat(world.handOver.forgotten).containsExactly("a");
  }

  @Test
  void aRefusedInsertRollsBack() {
    UUID id = UUID.randomUUID();
    world.in(() -> world.outbox.publish(OutboxMessage.to("a").id(id).build()));
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.outbox.publish(OutboxMessage.to("b").id(id).build());
                    }))
        .isInstanceOf(AppendFailedException.class);
    assertThat(world.businessRows()).isZero();
    assertThat(world.handOver.committed).containsExactly("a");
    assertThat(world.handOver.open()).isZero();
  }

  @Test
  void anExceptionOfAnothersCallbackRollsBack() {
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  world.business(1);
                  world.publish("a");
                  BufferTest.whenBeforeCommit(
                      () -> {
                        throw new IllegalStateException();
                      });
                }));
    assertNothingHappened();
  }

  @Test
  void aFailingCallbackAfterTheCommitDoesNotStopTheHandOver() {
    BufferTest.ignoring(
        () ->
            world.in(
                () -> {
                  world.atTheEnd(
                      phase -> {
                        throw new IllegalStateException();
                      });
                  world.publish("a");
                }));
    assertThat(world.store.topics()).containsExactly("a");
    assertThat(world.handOver.committed).containsExactly("a");
  }

  @Test
  void aCommitWhoseAnswerIsLostHandsNothingOver() {
    assertThatThrownBy(
            () ->
                world.in(
                    () -> {
                      world.business(1);
                      world.publish("a");
                      world.dataSource.losesAnswerOfCommit = true;
                    }))
        .isInstanceOf(RuntimeException.class);
    world.dataSource.losesAnswerOfCommit = false;
    assertThat(world.store.topics()).containsExactly("a");
    assertThat(world.businessRows()).isOne();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.forgotten).containsExactly("a");
    assertThat(world.published).isEmpty();
  }

  @Test
  void nothingIsHandedOverBeforeTheCommit() {
    List<String> seen = new ArrayList<>();
    world.in(
        () -> {
          world.publish("a");
          TransactionSynchronizationManager.registerSynchronization(
              new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                  seen.addAll(world.dataSource.log);
                  seen.addAll(world.handOver.committed);
                }
              });
        });
    assertThat(seen).hasSize(2).endsWith("COMMIT");
    assertThat(world.handOver.committed).containsExactly("a");
  }

  private void assertNothingHappened() {
    assertThat(world.businessRows()).isZero();
    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.committed).isEmpty();
    assertThat(world.handOver.open()).isZero();
    assertThat(world.published).isEmpty();
  }
}
