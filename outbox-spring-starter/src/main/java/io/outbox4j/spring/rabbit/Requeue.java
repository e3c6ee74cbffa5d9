package io.outbox4j.spring.rabbit;

import com.rabbitmq.client.Channel;
import java.util.Objects;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.ListenerExecutionFailedException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts what the inbox holds back into its queue. Surrounds all other advice: a retry would give up
 * after some tries, and its recoverer rejects the message, which loses it where no dead-letter
 * exchange is; and the commit of a transaction around the listener fails, because the inbox has
 * marked it for rollback.
 *
 * <p>With manual acknowledgement the container leaves the message alone, so it is requeued here.
 */
final class Requeue implements MethodInterceptor {

  private final Held held;
  private final boolean manual;

  Requeue(Held held, boolean manual) {
    this.held = held;
    this.manual = manual;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation call) throws Throwable {
    held.take();
    Object result = null;
    RuntimeException reason;
    try {
      result = call.proceed();
      reason = held.take();
      if (reason == null) {
        return result;
      }
    } catch (Exception failure) {
      reason = held.take();
      if (reason == null) {
        throw failure;
      }
      reason.addSuppressed(failure);
    }
    Message message = argument(call, 1, Message.class);
    if (manual) {
      Channel channel = argument(call, 0, Channel.class);
      channel.basicNack(message.getMessageProperties().getDeliveryTag(), false, true);
      if (!TransactionSynchronizationManager.isActualTransactionActive()) {
        return result;
      }
    }
    throw new ListenerExecutionFailedException(
        "The message is in progress elsewhere", new ImmediateRequeueAmqpException(reason), message);
  }

  private static <T> T argument(MethodInvocation call, int index, Class<T> type) {
    return type.cast(Objects.requireNonNull(call.getArguments()[index], type.getName()));
  }
}
