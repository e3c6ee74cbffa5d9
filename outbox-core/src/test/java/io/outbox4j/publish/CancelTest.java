package io.outbox4j.publish;

import static io.outbox4j.publish.BufferTest.ignoring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.NotInTransactionException;
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

/** What is cancelled in the transaction that published it, or in a later one. */
@ParameterizedClass
@EnumSource(Kind.class)
class CancelTest {

  @Parameter Kind kind;
  World world;

  @BeforeEach
  void create() {
    world = World.of(kind);
  }

  @Test
  void whatTheSameTransactionPublishedIsNeverWritten() {
    world.in(
        () -> {
          UUID gone = publish("gone");
          publish("kept");
          assertThat(world.outbox.cancel(gone)).isTrue();
          assertThat(world.outbox.cancel(gone)).as("a second time").isFalse();
        });

    assertThat(world.store.topics()).containsExactly("kept");
    assertThat(world.handOver.committed).containsExactly("kept");
  }

  @Test
  void whatIsPublishedAgainUnderTheSameIdIsWritten() {
    world.in(
        () -> {
          UUID id = publish("first");
          world.outbox.cancel(id);
          world.outbox.publish(OutboxMessage.to("second").id(id).build());
        });

    assertThat(world.store.topics()).containsExactly("second");
  }

  @Test
  void whatAnEarlierTransactionPublishedIsCancelledInTheTable() {
    List<UUID> ids = new ArrayList<>();
    world.in(() -> ids.add(publish("gone")));

    world.in(() -> assertThat(world.outbox.cancel(ids.get(0))).isTrue());

    assertThat(world.store.topics()).isEmpty();
    assertThat(world.handOver.released).hasPositiveValue();
  }

  @Test
  void aRollbackTakesItBackAndLetsOthersComeAgain() {
    List<UUID> ids = new ArrayList<>();
    world.in(() -> ids.add(publish("stays")));

    ignoring(
        () ->
            world.in(
                () -> {
                  assertThat(world.outbox.cancel(ids.get(0))).isTrue();
                  throw new IllegalStateException();
                }));

    assertThat(world.store.topics()).containsExactly("stays");
    assertThat(world.handOver.released).hasValue(1);
  }

  @Test
  void whatIsNotThereIsNotCancelled() {
    world.in(() -> assertThat(world.outbox.cancel(UUID.randomUUID())).isFalse());
  }

  @Test
  void withoutATransactionItIsRefused() {
    assertThatThrownBy(() -> world.outbox.cancel(UUID.randomUUID()))
        .isInstanceOf(NotInTransactionException.class)
        .hasMessageContaining("@Transactional");
  }

  private UUID publish(String topic) {
    return world.outbox.publish(OutboxMessage.to(topic).build());
  }
}
