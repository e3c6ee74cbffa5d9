package io.outbox4j.spring.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.ReceivedMessage;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.AfterRollbackProcessor;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties.EOSMode;
import org.springframework.kafka.listener.ListenerExecutionFailedException;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.listener.TimestampedException;

class NeverSkippingTest {

  private final ConsumerRecord<?, ?> record = new ConsumerRecord<>("t", 1, 5, "k", "v");
  private final Consumer<?, ?> consumer = mock(Consumer.class);
  private final MessageListenerContainer container = mock(MessageListenerContainer.class);
  private final CommonErrorHandler users = mock(CommonErrorHandler.class);
  private final Exception failure = new ListenerExecutionFailedException("no", new Exception());

  /** As a container with a retry topic wraps it. */
  private final Exception inProgress =
      new TimestampedException(
          new ListenerExecutionFailedException(
              "in progress",
              new InProgressElsewhereException(ReceivedMessage.of("g", "s", "1").build())),
          Clock.systemUTC().instant());

  @Test
  void inProgressIsNeverHandledByAHandlerThatDoesNotSeek() {
    assertThat(new NeverSkipping(users).handleOne(inProgress, record, consumer, container))
        .isFalse();

    verify(users, never()).handleOne(any(), any(), any(), any());
  }

  @Test
  void inProgressSeeksBackAndIsNeverRecovered() {
    NeverSkipping handler = new NeverSkipping(users);

    for (int i = 0; i < 15; i++) {
      assertThatThrownBy(
              () -> handler.handleRemaining(inProgress, List.of(record), consumer, container))
          .hasRootCauseInstanceOf(InProgressElsewhereException.class);
    }

    verify(consumer, org.mockito.Mockito.times(15)).seek(new TopicPartition("t", 1), 5L);
    verifyNoInteractions(users);
  }

  @Test
  void everythingElseIsLeftToTheUsersHandler() {
    when(users.handleOne(failure, record, consumer, container)).thenReturn(true);
    when(users.seeksAfterHandling()).thenReturn(true);
    when(users.isAckAfterHandle()).thenReturn(true);
    when(users.deliveryAttemptHeader()).thenReturn(true);
    NeverSkipping handler = new NeverSkipping(users);

    assertThat(handler.handleOne(failure, record, consumer, container)).isTrue();
    handler.handleRemaining(failure, List.of(record), consumer, container);
    handler.handleOtherException(failure, consumer, container, false);

    verify(users).handleRemaining(failure, List.of(record), consumer, container);
    verify(users).handleOtherException(failure, consumer, container, false);
    assertThat(handler.seeksAfterHandling()).isTrue();
    assertThat(handler.isAckAfterHandle()).isTrue();
    assertThat(handler.deliveryAttemptHeader()).isTrue();
  }

  @Test
  void afterARollbackInProgressSeeksBackAndAllElseIsLeftToTheUsersProcessor() {
    @SuppressWarnings("unchecked")
    AfterRollbackProcessor<Object, Object> usersProcessor = mock(AfterRollbackProcessor.class);
    @SuppressWarnings("unchecked")
    Consumer<Object, Object> seeking = mock(Consumer.class);
    ConsumerRecord<Object, Object> one = new ConsumerRecord<>("t", 1, 5, "k", "v");
    var handler = new NeverSkippingAfterRollback<>(usersProcessor);

    handler.process(List.of(one), seeking, container, inProgress, true, EOSMode.V2);
    verify(seeking).seek(new TopicPartition("t", 1), 5L);
    verify(usersProcessor, never()).process(any(), any(), any(), any(), anyBoolean(), any());

    handler.process(List.of(one), seeking, container, failure, true, EOSMode.V2);
    verify(usersProcessor).process(List.of(one), seeking, container, failure, true, EOSMode.V2);
  }
}
