package io.outbox4j.publish;

import static io.outbox4j.publish.BufferTest.ignoring;
import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.OutboxMessage;
import io.outbox4j.publish.World.Kind;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Hibernate's JpaTransactionManager has no savepoints. */
@ParameterizedClass
@EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "JPA")
class SavepointTest {

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @Test
  void whatANestedTransactionThatRolledBackPublishedIsGone() {
    world.in(
        () -> {
          world.publish("before");
          ignoring(
              () ->
                  world.nested(
                      () -> {
                        world.publish("inside");
                        throw new IllegalStateException();
                      }));
          world.publish("after");
        });
    assertStored("before", "after");
  }

  @Test
  void whatANestedTransactionThatRolledBackCancelledIsThere() {
    world.in(
        () -> {
          UUID id = world.outbox.publish(OutboxMessage.to("before").build());
          ignoring(
              () ->
                  world.nested(
                      () -> {
                        assertThat(world.outbox.cancel(id)).isTrue();
                        throw new IllegalStateException();
                      }));
          world.nested(() -> world.publish("after"));
        });
    assertStored("before", "after");
  }

  @Test
  void aNestedTransactionThatIsTheFirstToPublishTakesNothingElseAlong() {
    world.in(
        () -> {
          ignoring(
              () ->
                  world.nested(
                      () -> {
                        world.publish("inside");
                        throw new IllegalStateException();
                      }));
          world.nested(() -> world.publish("kept"));
        });
    assertStored("kept");
  }

  @Test
  void aReleasedInnerSavepointGoesWithItsRolledBackOuterOne() {
    world.in(
        () -> {
          world.publish("before");
          ignoring(
              () ->
                  world.nested(
                      () -> {
                        world.publish("outer");
                        world.nested(() -> world.publish("inner, released"));
                        throw new IllegalStateException();
                      }));
          world.publish("after");
        });
    assertStored("before", "after");
  }

  @Test
  void anInnerSavepointRollsBackAlone() {
    world.in(
        () ->
            world.nested(
                () -> {
                  world.publish("outer");
                  ignoring(
                      () ->
                          world.nested(
                              () -> {
                                world.publish("inner");
                                throw new IllegalStateException();
                              }));
                  world.publish("outer again");
                }));
    assertStored("outer", "outer again");
  }

  @Test
  void aSavepointCanBeRolledBackTwice() {
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
              status.releaseSavepoint(savepoint);
            });
    assertStored("before", "third try");
  }

  @Test
  void savepointsMakeNoInsertOfTheirOwn() {
    world.in(
        () -> {
          world.publish("a");
          world.nested(() -> world.publish("b"));
          assertThat(world.dataSource.count("INSERT INTO message_send")).isZero();
          world.publish("c");
        });
    assertThat(world.dataSource.count("INSERT INTO message_send")).isOne();
    assertStored("a", "b", "c");
  }

  private void assertStored(String... topics) {
    assertThat(world.store.topics()).containsExactly(topics);
    assertThat(world.handOver.committed).containsExactly(topics);
    assertThat(world.handOver.open()).isZero();
  }
}
