package io.outbox4j.spi;

import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Sends messages to one broker. A new broker is one class that implements this.
 *
 * <p>Methods are called by several threads at once; {@link #close} once, at the end.
 */
public interface Transport extends AutoCloseable {

  /**
   * Hands messages to the broker, in the order given, and reports on each as soon as its fate is
   * known: one slow message delays no other's result.
   *
   * <p>Called on a thread of the engine, without a transaction. It may block until the results are
   * in, or return and report from the client's threads. Exactly one result is reported for each
   * message, within {@link #sendLimit()} of the call; the engine takes a message without one, also
   * when this method throws, as unavailable, and ignores whatever comes later. A message may be
   * handed over again after any result but acknowledged.
   *
   * @param batch at least one message
   * @param results takes each message with its result; returns at once and never throws
   */
  void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results);

  /**
   * The time within which {@link #send} reports on every message. It must leave room within grace
   * and lease (both 1 minute by default): each must be longer than twice this limit.
   */
  Duration sendLimit();

  /**
   * Refuses a message that this transport is known never to send. Called by {@code publish} on its
   * caller's thread, inside the business transaction; must not block or connect.
   *
   * @throws MessageRefusedException naming the field
   */
  default void vet(OutgoingMessage message) {}

  /**
   * Checks the settings before the first message. Called at start-up, again only after a start that
   * failed; a broker that is away is no error.
   *
   * @throws ConfigurationException naming each setting, its value and the way out
   */
  default void start() {}

  /**
   * Looks whether the broker is set up to keep what it accepts. Called once after each {@link
   * #start} unless that is turned off, on a thread of its own; messages may be sent meanwhile. May
   * block for {@link #sendLimit()}; at the end of the outbox its thread is interrupted. Must change
   * nothing. What can't be seen, for want of permission or of a broker, is said in the report; an
   * exception counts as nothing seen.
   *
   * @param topics what is routed here
   */
  default SafetyReport inspect(RoutedTopics topics) {
    return SafetyReport.EMPTY;
  }

  /**
   * Releases what the transport opened itself, not what it was given. Messages without a result by
   * then count as unavailable.
   */
  @Override
  default void close() {}
}
