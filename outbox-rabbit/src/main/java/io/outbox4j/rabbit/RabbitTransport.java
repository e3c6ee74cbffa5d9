package io.outbox4j.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.ConfigurationException;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Sends messages through RabbitMQ (AMQP 0-9-1): persistent, mandatory, with publisher confirms.
 *
 * <p>A topic is {@code exchange/routing.key}, parted at its first slash; {@code /queue} is a queue
 * of the default exchange, {@code exchange/} an empty routing key. Exchanges and queues must be
 * there: none is declared.
 *
 * <p>On the wire a message is a CloudEvent in binary content mode. The attributes are headers with
 * text, named as in the AMQP binding of CloudEvents 1.0: {@code cloudEvents:id}, {@code
 * cloudEvents:source}, {@code cloudEvents:type}, {@code cloudEvents:time}, {@code
 * cloudEvents:subject} (the business id), {@code cloudEvents:specversion}, and {@code
 * cloudEvents:partitionkey} (the key). The properties {@code content_type}, {@code message_id} (the
 * id again) and {@code timestamp} are set. The application's headers follow as text. AMQP knows no
 * null: a message without payload has an empty body and no {@code content_type}.
 *
 * <p>{@link #send} is pipelined, and returns when every message has its result. The messages of a
 * batch to one exchange go on one channel, in order, unless some get no confirm: then later ones,
 * of other keys, go on another. Other exchanges and other batches have channels of their own. An
 * acknowledgement names no place, since the queues are the broker's choice. What goes wrong is
 * sorted by the code of the broker's reply, or by its kind:
 *
 * <table>
 * <caption>What goes wrong</caption>
 * <tr><th>code or kind</th><th>result</th></tr>
 * <tr><td>311 CONTENT_TOO_LARGE</td><td>rejected</td></tr>
 * <tr><td>406 PRECONDITION_FAILED</td><td>rejected</td></tr>
 * <tr><td>IllegalArgumentException</td><td>rejected</td></tr>
 * <tr><td>312 NO_ROUTE</td><td>unavailable: destination</td></tr>
 * <tr><td>313 NO_CONSUMERS</td><td>unavailable: destination</td></tr>
 * <tr><td>403 ACCESS_REFUSED</td><td>unavailable: destination</td></tr>
 * <tr><td>404 NOT_FOUND</td><td>unavailable: destination</td></tr>
 * <tr><td>405 RESOURCE_LOCKED</td><td>unavailable: destination</td></tr>
 * <tr><td>nack</td><td>unavailable: destination</td></tr>
 * <tr><td>no confirm, while the broker answers</td><td>unavailable: destination</td></tr>
 * <tr><td>no channel left</td><td>unavailable: destination</td></tr>
 * <tr><td>another code or error</td><td>unavailable: transport</td></tr>
 * <tr><td>no connection</td><td>unavailable: transport</td></tr>
 * <tr><td>connection lost</td><td>unavailable: transport</td></tr>
 * <tr><td>connection blocked</td><td>unavailable: transport</td></tr>
 * <tr><td>held up by other messages</td><td>unavailable: transport</td></tr>
 * <tr><td>no confirm, and the broker is silent</td><td>unavailable: transport</td></tr>
 * <tr><td>transport closed</td><td>unavailable: transport</td></tr>
 * </table>
 *
 * <p>The codes are those of a message that is returned or of a channel that the broker closed. It
 * closes a channel for one message and takes all others on it along without a word. So nobody is
 * blamed who was not alone: if there were others, all go again on a new channel, one at a time
 * until the message at fault is found, and some may arrive twice. To make that rare, the first
 * message to an exchange goes alone, and so does one larger than all that the broker took before
 * (64 KiB at first); a late confirm holds up what waits for it for half the send limit. Then the
 * rest overtakes it on another channel, but for messages of its key; what was not handed over in
 * the end was held up, which is nobody's fault. 406 stands for a message larger than the broker's
 * {@code max_message_size}. A nack comes from a queue that takes no more ({@code
 * x-overflow=reject-publish}) or has failed. A blocked connection (memory or disk alarm) gets no
 * more messages, and those on their way a quarter of the send limit for their confirms.
 *
 * <p>What was returned, or was alone on a channel that the broker closed, certainly did not arrive;
 * nor did what was not handed over. All else may have.
 *
 * <p>The transport has a connection of its own, made when the first message is sent and again when
 * it was lost, from a copy of the application's factory: the client's own recovery is turned off in
 * it, since the outbox sends again and must know meanwhile that the broker is away; blocking I/O is
 * used, so that TLS must not be set for Netty alone; its threads are daemons; and time-outs for
 * connection, handshake and answers are a quarter of the send limit each, unless they are shorter.
 */
public final class RabbitTransport implements Transport {

  /** The send limit unless another is given. */
  public static final Duration DEFAULT_SEND_LIMIT = Duration.ofSeconds(20);

  private static final Duration LEAST_SEND_LIMIT = Duration.ofSeconds(1);
  private static final int LEAST_FRAME = 4096;

  /** What RabbitMQ allows unless it is configured otherwise. */
  private static final int USUAL_FRAME = 131_072;

  private final ConnectionFactory factory;
  private final Times times;
  private final LongSupplier clock = System::nanoTime;
  private final Links links;
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private RabbitTransport(ConnectionFactory factory, List<Address> addresses, Duration sendLimit) {
    this.factory = factory;
    this.times = new Times(sendLimit);
    this.links = new Links(factory, addresses, times, clock);
  }

  /**
   * A transport to the factory's own host, with a send limit of 20 s.
   *
   * @param factory the application's own, see {@link #of(ConnectionFactory, List, Duration)}
   */
  public static RabbitTransport of(ConnectionFactory factory) {
    return of(factory, List.of(), DEFAULT_SEND_LIMIT);
  }

  /**
   * A transport. Nothing is checked or opened before {@link #start}.
   *
   * @param factory the application's own connection factory. It is never changed, and copied for
   *     each new connection
   * @param addresses the broker's nodes, tried in this order; empty for the factory's own host
   * @param sendLimit the time within which every message has a result, at least 1 s
   */
  public static RabbitTransport of(
      ConnectionFactory factory, List<Address> addresses, Duration sendLimit) {
    return new RabbitTransport(factory, List.copyOf(addresses), sendLimit);
  }

  @Override
  public Duration sendLimit() {
    return times.sendLimit();
  }

  /**
   * Refuses a topic that names no exchange and routing key, a partition, a header that is one of
   * CloudEvents or that RabbitMQ routes by ({@code CC}, {@code BCC}), names that AMQP can't hold,
   * and headers larger than a frame: the factory's {@code requestedFrameMax}, or 131,072 bytes.
   *
   * @throws MessageRefusedException naming the field
   */
  @Override
  public void vet(OutgoingMessage message) {
    int size = Publication.of(message).headerFrame();
    int most = factory.getRequestedFrameMax();
    if (size > (most == 0 ? USUAL_FRAME : most)) {
      throw new MessageRefusedException(
          "headers",
          "make a frame of "
              + size
              + " bytes, with key and business id, but frame_max allows "
              + (most == 0 ? USUAL_FRAME : most)
              + ": put less into headers, or raise requestedFrameMax and the broker's frame_max");
    }
  }

  /**
   * Checks the settings. Opens no connection.
   *
   * @throws ConfigurationException naming each setting, its value and the way out
   */
  @Override
  public void start() {
    List<String> problems = new ArrayList<>();
    if (sendLimit().compareTo(LEAST_SEND_LIMIT) < 0) {
      problems.add("sendLimit is " + sendLimit() + ": it must be at least " + LEAST_SEND_LIMIT);
    }
    int frame = factory.getRequestedFrameMax();
    if (frame != 0 && frame < LEAST_FRAME) {
      problems.add(
          "requestedFrameMax is " + frame + ": set 0 for the broker's own, or at least 4096");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /**
   * Looks whether the exchanges that are routed here are durable, and the queues ({@code /queue})
   * quorum queues, or streams. The queues behind an exchange can't be seen by AMQP, nor can what a
   * policy sets. Takes the permission to configure what is looked at.
   *
   * <p>Creates nothing: each exchange and queue is declared in a way that RabbitMQ refuses, since
   * 3.8, whether it is there or not, and the refusal says what it is. Older ones, and other brokers
   * that speak AMQP 0-9-1, are not looked at, since they may create it. That is on a connection of
   * its own, and leaves a line or more per exchange and queue in the broker's log.
   */
  @Override
  public SafetyReport inspect(RoutedTopics topics) {
    return Inspection.of(links, topics, times);
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    Flight flight = new Flight(batch, results, links, times, clock);
    flights.add(flight);
    try {
      if (closed) {
        flight.end();
      } else {
        flight.fly();
      }
    } finally {
      flights.remove(flight);
    }
  }

  /** Closes the connection at once; messages without a result are reported as unavailable. */
  @Override
  public void close() {
    closed = true;
    flights.forEach(Flight::end);
    links.close();
  }
}
