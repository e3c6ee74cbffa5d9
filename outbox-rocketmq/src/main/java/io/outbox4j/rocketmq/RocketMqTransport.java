package io.outbox4j.rocketmq;

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
import java.util.function.Supplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/**
 * Sends messages through Apache RocketMQ, with the client for its remoting protocol.
 *
 * <p>A message's topic is written as {@code topic} or {@code topic:tag}; its business id becomes
 * RocketMQ's {@code KEYS}, where each word of it can be looked up. A key leads to one queue, as by
 * {@code SelectMessageQueueByHash}; messages without one are spread. The partition asked for is the
 * queue's number.
 *
 * <p>On the wire a message is a CloudEvents 1.0 event in binary content mode, by the draft of the
 * RocketMQ binding: {@code CE_id}, {@code CE_source}, {@code CE_type}, {@code CE_time}, {@code
 * CE_subject} (the business id), {@code CE_specversion}, {@code CE_contenttype} and {@code
 * CE_partitionkey} (the key) in user properties; then the application's headers, which may not have
 * such names. RocketMQ knows neither empty bodies nor empty properties: no payload and an empty one
 * are a body of one byte of zero with {@code outbox4j-body} {@code none} or {@code empty}; {@code
 * outbox4j-empty} lists the names of empty properties. {@link RocketMqMessages} reads all that.
 *
 * <p>{@link #send} returns when every message has its result. For each queue a batch has one
 * request on its way at a time, of up to 200 messages: so the messages of one batch arrive in
 * order. Across batches there is no order: another thread's or instance's may be sent at the same
 * time. A message that the broker acknowledges tells its place as {@code broker/queue@offset}. What
 * is not {@code SEND_OK} is sorted so:
 *
 * <table>
 * <caption>Statuses, codes of brokers, and errors of the client</caption>
 * <tr><th>name</th><th>result</th></tr>
 * <tr><td>FLUSH_DISK_TIMEOUT</td><td>unavailable: destination</td></tr>
 * <tr><td>FLUSH_SLAVE_TIMEOUT</td><td>unavailable: destination</td></tr>
 * <tr><td>SLAVE_NOT_AVAILABLE</td><td>unavailable: destination</td></tr>
 * <tr><td>SYSTEM_BUSY</td><td>unavailable: destination; did not arrive</td></tr>
 * <tr><td>REQUEST_CODE_NOT_SUPPORTED</td><td>unavailable: destination; did not arrive</td></tr>
 * <tr><td>MESSAGE_ILLEGAL</td><td>rejected</td></tr>
 * <tr><td>NO_PERMISSION</td><td>unavailable: destination; did not arrive</td></tr>
 * <tr><td>TOPIC_NOT_EXIST</td><td>unavailable: destination; did not arrive</td></tr>
 * <tr><td>INVALID_PARAMETER</td><td>rejected</td></tr>
 * <tr><td>any other code</td><td>unavailable: destination</td></tr>
 * <tr><td>RemotingConnectException</td><td>unavailable: transport; did not arrive</td></tr>
 * <tr><td>RemotingTooMuchRequestException</td><td>unavailable: transport; did not arrive</td></tr>
 * <tr><td>any other type</td><td>unavailable: transport</td></tr>
 * </table>
 *
 * <p>With the first three the broker has the message, but not as durably as it was told to keep it:
 * a crash could lose it. So it counts as not acknowledged and is sent again, and may arrive twice.
 * A topic that no name server knows is unavailable as a destination, unless they know no broker at
 * all. A queue that the topic doesn't have is the message's fault.
 */
public final class RocketMqTransport implements Transport {

  /** The send limit unless another is given. */
  public static final Duration DEFAULT_SEND_LIMIT = Duration.ofSeconds(20);

  private final ProducerSettings settings;
  private final LongSupplier clock;
  private final Link link;
  private final Routes routes;
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  RocketMqTransport(Supplier<DefaultMQProducer> producers, Duration sendLimit, LongSupplier clock) {
    this.settings = new ProducerSettings(sendLimit);
    this.clock = clock;
    this.link = new Link(producers, settings);
    this.routes = new Routes(link, clock);
  }

  /**
   * A transport with a send limit of 20 s.
   *
   * @param producer makes the producer, see {@link #of(Supplier, Duration)}
   */
  public static RocketMqTransport of(Supplier<DefaultMQProducer> producer) {
    return of(producer, DEFAULT_SEND_LIMIT);
  }

  /**
   * A transport. Nothing is made or opened yet.
   *
   * @param producer makes the producer, called once: configured by the application as any producer
   *     of RocketMQ's, and not started. Group and {@code namesrvAddr} must be there. The transport
   *     starts it and shuts it down; it takes away the client's own retries and back pressure, asks
   *     the name servers at least every 5 s ({@code pollNameServerInterval}), and shortens {@code
   *     mqClientApiTimeout} to a sixth of the send limit
   * @param sendLimit the time within which every message has a result. {@code sendMsgTimeout} is
   *     for one request, and shortened where this ends earlier
   */
  public static RocketMqTransport of(Supplier<DefaultMQProducer> producer, Duration sendLimit) {
    return new RocketMqTransport(producer, sendLimit, System::nanoTime);
  }

  @Override
  public Duration sendLimit() {
    return settings.sendLimit();
  }

  /**
   * Refuses a topic or tag that RocketMQ can't name, a negative partition, a header whose name is
   * one of CloudEvents or of RocketMQ's own, the characters U+0001 and U+0002 outside the payload,
   * headers and attributes of more than 32,000 bytes together, and a payload larger than {@code
   * maxMessageSize}.
   *
   * @throws MessageRefusedException naming the field
   */
  @Override
  public void vet(OutgoingMessage message) {
    int size = Wire.of(message).getBody().length;
    int most = link.configured().getMaxMessageSize();
    if (size > most) {
      throw new MessageRefusedException(
          "payload",
          "has "
              + size
              + " bytes, but the producer's maxMessageSize allows "
              + most
              + ": send less, or raise it and the broker's maxMessageSize");
    }
  }

  /**
   * Checks the producer and starts it.
   *
   * @throws ConfigurationException naming each setting, its value and the way out
   */
  @Override
  public void start() {
    List<String> problems = new ArrayList<>(settings.problems(link.configured()));
    if (problems.isEmpty()) {
      try {
        link.running();
      } catch (MQClientException e) {
        // The texts of its start name settings, and no message is there yet.
        problems.add("the RocketMQ producer can't be started: " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /**
   * Looks at the replication ({@code brokerRole}, {@code inSyncReplicas}) and {@code flushDiskType}
   * of the brokers that have the topics routed here; of all brokers, where those topics are not all
   * named. An ACL must allow this user to read the brokers' configuration.
   */
  @Override
  public SafetyReport inspect(RoutedTopics topics) {
    return Inspection.of(link, topics, sendLimit().multipliedBy(9).dividedBy(10));
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    Flight flight = new Flight(batch, results, link, routes, settings, clock);
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

  /**
   * Reports messages without a result as unavailable, at once; then shuts the producer down, which
   * takes up to {@code mqClientApiTimeout} for a broker that does not answer.
   */
  @Override
  public void close() {
    closed = true;
    flights.forEach(Flight::end);
    link.close();
  }
}
