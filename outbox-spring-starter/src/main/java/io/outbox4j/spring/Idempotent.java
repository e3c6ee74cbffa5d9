package io.outbox4j.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets each message take effect once, however often it is delivered: every {@code @KafkaListener}
 * or {@code @RabbitListener} of the class, or this one, runs inside the {@link io.outbox4j.Inbox}.
 *
 * <p>The message's row in {@code message_consume} and all that the method changes in the inbox's
 * database are one transaction: the one that is running when the listener is called, or one that is
 * opened. A message that was consumed before does not reach the method. Parameters, converters,
 * advice, filters, retries and error handlers stay as they are.
 *
 * <ul>
 *   <li>What the method says by hand (an {@code Acknowledgment} of Kafka's, {@code basicAck} on
 *       RabbitMQ's channel) takes effect after the commit; a refusal ({@code nack}, {@code
 *       basicNack}, {@code basicReject}) rolls back.
 *   <li>A message that is being handled elsewhere is delivered again, without limit, until that has
 *       ended; no retry, recoverer or error handler of the container sees it.
 *   <li>A method that answers later (a future, a {@code Mono}, a suspending function) is refused at
 *       start-up, because the transaction would end before its effect. So are batch listeners.
 *   <li>Kafka: the consumer group is the listener's; one without is refused. With
 *       {@code @RetryableTopic} it is that of the main listener, so a message is the same one in
 *       all of its retry topics. The method with {@code @DltHandler} is idempotent, too, when the
 *       annotation stands on it or on its class.
 *   <li>RabbitMQ: the consumer group is the queue. Acknowledge mode {@code NONE} is refused: the
 *       broker would forget a message before it has taken effect.
 *   <li>RocketMQ: it stands on the class that has {@code @RocketMQMessageListener}. A listener that
 *       replies, or of broadcasts, is refused.
 *   <li>On a class whose methods are {@code @KafkaHandler}s or {@code @RabbitHandler}s it stands on
 *       the class.
 * </ul>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {

  /**
   * Whether payload and headers are stored with the message, for redelivery. Default: as {@code
   * outbox.inbox.keep-payload} says.
   */
  boolean keepPayload() default false;
}
