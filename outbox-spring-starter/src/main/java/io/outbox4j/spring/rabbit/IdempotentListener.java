package io.outbox4j.spring.rabbit;

import com.rabbitmq.client.Channel;
import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.Inbox;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.ReceivedMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A listener inside the inbox: admitted, called and committed, or recognised as a duplicate.
 *
 * <p>With manual acknowledgement what the listener says takes effect after the commit, and a
 * duplicate, which it does not see, is acknowledged here. A refusal (nack, reject) rolls back and
 * takes effect after that, whatever the listener throws; an acknowledgement then does not.
 */
final class IdempotentListener implements ChannelAwareMessageListener {

  private final MessageListener listener;
  private final Inbox inbox;
  private final Held held;
  private final boolean manual;

  /**
   * Creates it.
   *
   * @param held told of what must be delivered again
   * @param manual whether the listener acknowledges by itself
   */
  IdempotentListener(MessageListener listener, Inbox inbox, Held held, boolean manual) {
    this.listener = listener;
    this.inbox = inbox;
    this.held = held;
    this.manual = manual;
  }

  @Override
  public void containerAckMode(AcknowledgeMode mode) {
    listener.containerAckMode(mode);
  }

  @Override
  public void onMessage(Message message, @Nullable Channel channel) throws Exception {
    held.take(); // What an earlier try of a retry noted: this one decides.
    ReceivedMessage received = ReceivedDelivery.of(message);
    try {
      if (manual && channel != null) {
        processHolding(message, received, channel);
      } else {
        inbox.process(received, handled -> call(message, channel));
      }
    } catch (InProgressElsewhereException inProgress) {
      held.because(inProgress);
    }
  }

  private void processHolding(Message message, ReceivedMessage received, Channel channel)
      throws Exception {
    boolean joins = TransactionSynchronizationManager.isActualTransactionActive();
    HeldChannel words = new HeldChannel(channel);
    try {
      Outcome outcome =
          inbox.process(
              received,
              handled -> {
                words.forget();
                call(message, words.forListener());
                if (words.refused()) {
                  throw new RefusedException(received);
                }
              });
      if (outcome != Outcome.CONSUMED) {
        words.forget(); // A try whose commit was in doubt: the second one saw that it took effect.
        words.forListener().basicAck(message.getMessageProperties().getDeliveryTag(), false);
      }
      if (joins) {
        TransactionSynchronizationManager.registerSynchronization(new AtTheEnd(words, true));
      } else {
        words.release();
      }
    } catch (InProgressElsewhereException inProgress) {
      throw inProgress; // Requeue refuses it, and a second refusal would close the channel.
    } catch (Throwable failure) {
      if (joins && words.refused()) {
        TransactionSynchronizationManager.registerSynchronization(new AtTheEnd(words, false));
      } else if (!joins) {
        words.releaseRefusals();
      }
      if (joins || !(failure instanceof RefusedException)) {
        throw failure;
      }
    }
  }

  private void call(Message message, @Nullable Channel channel) throws Exception {
    if (listener instanceof ChannelAwareMessageListener aware) {
      aware.onMessage(message, channel);
    } else {
      listener.onMessage(message);
    }
  }

  /** The end of a transaction that somebody else began. */
  private record AtTheEnd(HeldChannel words, boolean handled)
      implements TransactionSynchronization {
    @Override
    public void afterCompletion(int status) {
      if (status != STATUS_COMMITTED) {
        words.releaseRefusals();
      } else if (handled) {
        words.release();
      }
    }
  }
}
