package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.spring.listener.InProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.AcknowledgingMessageListener;
import org.springframework.kafka.listener.ConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

class IdempotentListenerTest {

  private final ConsumerRecord<String, String> record = new ConsumerRecord<>("t", 1, 5, "k", "v");
  private final Acknowledgment acknowledgment = mock(Acknowledgment.class);
  private final Consumer<?, ?> consumer = mock(Consumer.class);
  private final List<String> calls = new ArrayList<>();

  @AfterEach
  void endTransaction() {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.clear();
    }
  }

  @Test
  void everyShapeReachesAListenerOfThatShapeWithAllThatItTakes() {
    MessageListener<String, String> simple = r -> calls.add("simple " + r.value());
    AcknowledgingMessageListener<String, String> acknowledging =
        (r, a) -> calls.add("acknowledging " + r.value() + " " + (a != null));
    ConsumerAwareMessageListener<String, String> aware =
        (r, c) -> calls.add("aware " + r.value() + " " + (c == consumer));
    AcknowledgingConsumerAwareMessageListener<String, String> both =
        (r, a, c) -> calls.add("both " + r.value() + " " + (a != null) + " " + (c == consumer));

    listener(simple).onMessage(record);
    listener(acknowledging).onMessage(record, acknowledgment);
    listener(aware).onMessage(record, consumer);
    listener(both).onMessage(record, acknowledgment, consumer);

    assertThat(calls)
        .containsExactly("simple v", "acknowledging v true", "aware v true", "both v true true");
  }

  @Test
  void aDuplicateDoesNotReachTheListenerAndIsAcknowledgedInItsPlace() {
    listener(r -> calls.add("called"), Outcome.DUPLICATE).onMessage(record, acknowledgment);

    assertThat(calls).isEmpty();
    verify(acknowledgment).acknowledge();
  }

  @Test
  void anAcknowledgementIsPassedOnAfterTheTransaction() {
    AcknowledgingMessageListener<String, String> listener =
        (r, a) -> {
          a.acknowledge();
          verifyNoInteractions(acknowledgment);
        };

    listener(listener).onMessage(record, acknowledgment);

    verify(acknowledgment).acknowledge();
  }

  @Test
  void aListenerThatAcknowledgesNothingAcknowledgesNothing() {
    AcknowledgingMessageListener<String, String> listener = (r, a) -> {};

    listener(listener).onMessage(record, acknowledgment);

    verifyNoInteractions(acknowledgment);
  }

  @Test
  void anAcknowledgementOfAFailedListenerIsForgotten() {
    AcknowledgingMessageListener<String, String> listener =
        (r, a) -> {
          a.acknowledge();
          throw new IllegalStateException("boom");
        };

    assertThatThrownBy(() -> listener(listener).onMessage(record, acknowledgment))
        .isInstanceOf(IllegalStateException.class);

    verifyNoInteractions(acknowledgment);
  }

  @Test
  void aNackRollsBackWithoutAFailureAndIsPassedOn() {
    List<Throwable> seenByTheInbox = new ArrayList<>();
    AcknowledgingMessageListener<String, String> listener = (r, a) -> a.nack(Duration.ofMillis(7));
    IdempotentListener<String, String> idempotent =
        new IdempotentListener<>(
            listener, new SeeingInbox(seenByTheInbox), r -> ReceivedRecord.of("g", r));

    idempotent.onMessage(record, acknowledgment);

    assertThat(seenByTheInbox).singleElement().satisfies(this::isNoFailure);
    InOrder order = inOrder(acknowledgment);
    order.verify(acknowledgment).nack(Duration.ofMillis(7));
    verify(acknowledgment, never()).acknowledge();
  }

  @Test
  void anAcknowledgementInAJoinedTransactionWaitsForItsCommit() {
    beginTransaction();
    AcknowledgingMessageListener<String, String> listener = (r, a) -> a.acknowledge();

    listener(listener).onMessage(record, acknowledgment);

    verifyNoInteractions(acknowledgment);
    TransactionSynchronizationUtils.invokeAfterCompletion(
        TransactionSynchronizationManager.getSynchronizations(),
        TransactionSynchronization.STATUS_COMMITTED);
    verify(acknowledgment).acknowledge();
  }

  @Test
  void anAcknowledgementInAJoinedTransactionThatRollsBackIsForgotten() {
    beginTransaction();
    AcknowledgingMessageListener<String, String> listener = (r, a) -> a.acknowledge();

    listener(listener).onMessage(record, acknowledgment);
    TransactionSynchronizationUtils.invokeAfterCompletion(
        TransactionSynchronizationManager.getSynchronizations(),
        TransactionSynchronization.STATUS_ROLLED_BACK);

    verifyNoInteractions(acknowledgment);
  }

  @Test
  void aNackInAJoinedTransactionReachesItsOwnerAsSomethingNeverSkipped() {
    beginTransaction();
    AcknowledgingMessageListener<String, String> listener = (r, a) -> a.nack(Duration.ofMillis(7));

    assertThatThrownBy(() -> listener(listener).onMessage(record, acknowledgment))
        .satisfies(this::isNoFailure);

    verifyNoInteractions(acknowledgment);
  }

  @Test
  void aListenerThatSeeksStillHearsOfItsPartitions() {
    SeekingListener seeking = mock(SeekingListener.class);

    listener(seeking).onPartitionsRevoked(List.of());

    verify(seeking).onPartitionsRevoked(List.of());
  }

  private void isNoFailure(Throwable failure) {
    assertThat(failure).hasRootCauseInstanceOf(InProgressElsewhereException.class);
    assertThat(InProgress.isCauseOf(failure)).isTrue();
  }

  private static void beginTransaction() {
    TransactionSynchronizationManager.initSynchronization();
    TransactionSynchronizationManager.setActualTransactionActive(true);
  }

  private static IdempotentListener<String, String> listener(
      MessageListener<String, String> delegate) {
    return listener(delegate, Outcome.CONSUMED);
  }

  private static IdempotentListener<String, String> listener(
      MessageListener<String, String> delegate, Outcome outcome) {
    return new IdempotentListener<>(
        delegate, new FakeInbox(outcome), r -> ReceivedRecord.of("g", r));
  }

  interface SeekingListener extends MessageListener<String, String>, ConsumerSeekAware {}
}
