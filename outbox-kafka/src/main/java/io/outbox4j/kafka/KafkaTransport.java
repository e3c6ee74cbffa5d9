package io.outbox4j.kafka;

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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends messages through Apache Kafka, with the idempotent producer and {@code acks=all}.
 *
 * <p>On the wire a message is a CloudEvents 1.0 record in binary content mode: {@code ce_id},
 * {@code ce_source}, {@code ce_type}, {@code ce_time}, {@code ce_subject} (the business id), {@code
 * ce_specversion} and {@code content-type} in headers, UTF-8; then the application's headers, which
 * may not have such names. The key is UTF-8 too; no payload is a null value (a tombstone).
 *
 * <p>{@link #send} is pipelined, and returns when every message has its result. A record that is
 * acknowledged tells its place as {@code partition@offset}. A topic that is missing delays no other
 * topic's messages, and its own within one batch only once. What the client reports is sorted by
 * type, first line first, subtypes included:
 *
 * <table>
 * <caption>Errors of the client</caption>
 * <tr><th>type</th><th>result</th></tr>
 * <tr><td>RecordTooLargeException</td><td>rejected</td></tr>
 * <tr><td>RecordBatchTooLargeException</td><td>rejected</td></tr>
 * <tr><td>SerializationException</td><td>rejected</td></tr>
 * <tr><td>InvalidRecordException</td><td>rejected</td></tr>
 * <tr><td>CorruptRecordException</td><td>rejected</td></tr>
 * <tr><td>InvalidTimestampException</td><td>rejected</td></tr>
 * <tr><td>UnsupportedForMessageFormatException</td><td>rejected</td></tr>
 * <tr><td>InvalidTopicException</td><td>rejected</td></tr>
 * <tr><td>IllegalArgumentException</td><td>rejected</td></tr>
 * <tr><td>TopicAuthorizationException</td><td>unavailable: destination</td></tr>
 * <tr><td>NotEnoughReplicasException</td><td>unavailable: destination</td></tr>
 * <tr><td>NotEnoughReplicasAfterAppendException</td><td>unavailable: destination</td></tr>
 * <tr><td>PolicyViolationException</td><td>unavailable: destination</td></tr>
 * <tr><td>UnknownServerException</td><td>unavailable: destination</td></tr>
 * <tr><td>NetworkException</td><td>unavailable: transport</td></tr>
 * <tr><td>InvalidMetadataException</td><td>unavailable: destination</td></tr>
 * <tr><td>BufferExhaustedException</td><td>unavailable: transport</td></tr>
 * <tr><td>DisconnectException</td><td>unavailable: transport</td></tr>
 * <tr><td>BrokerNotAvailableException</td><td>unavailable: transport</td></tr>
 * <tr><td>SecurityDisabledException</td><td>unavailable: transport</td></tr>
 * <tr><td>InvalidRequiredAcksException</td><td>unavailable: transport</td></tr>
 * <tr><td>UnsupportedCompressionTypeException</td><td>unavailable: transport</td></tr>
 * <tr><td>InterruptException</td><td>unavailable: transport</td></tr>
 * <tr><td>OutOfOrderSequenceException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>InvalidProducerEpochException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>InvalidPidMappingException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>ProducerFencedException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>AuthenticationException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>ClusterAuthorizationException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>TransactionalIdAuthorizationException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>UnsupportedVersionException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>IllegalStateException</td><td>unavailable: transport; a new producer is made</td></tr>
 * <tr><td>TimeoutException</td><td>unavailable: destination if the cluster answers, else transport</td></tr>
 * </table>
 *
 * <p>A missing topic or leader ({@code UnknownTopicOrPartitionException} and the like) is an {@code
 * InvalidMetadataException}, or a time-out while the cluster answers. A partition that the topic
 * does not have is the message's fault. What failed before the client took the record certainly did
 * not arrive; all else may have, by an earlier try of the client.
 */
public final class KafkaTransport implements Transport {

  /** The send limit unless another is given. */
  public static final Duration DEFAULT_SEND_LIMIT = Duration.ofSeconds(20);

  private final ProducerSettings settings;
  private final LongSupplier clock;
  private final Links links;
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  KafkaTransport(
      ProducerSettings settings,
      Function<Map<String, Object>, Producer<byte[], byte[]>> producers,
      LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
    this.links = new Links(() -> producers.apply(settings.config()), clock, settings.silence());
  }

  /**
   * A transport with a send limit of 20 s.
   *
   * @param producerConfig the application's own producer configuration, see {@link #of(Map,
   *     Duration)}
   */
  public static KafkaTransport of(Map<String, Object> producerConfig) {
    return of(producerConfig, DEFAULT_SEND_LIMIT);
  }

  /**
   * A transport. Nothing is checked or opened before {@link #start}.
   *
   * @param producerConfig the application's own producer configuration, by Kafka's names. {@code
   *     bootstrap.servers} must be there. Serializers are ignored: records are bytes. {@code
   *     max.block.ms}, {@code delivery.timeout.ms}, {@code request.timeout.ms} and {@code
   *     retry.backoff.max.ms} are derived from the send limit unless they are given
   * @param sendLimit the time within which every message has a result
   */
  public static KafkaTransport of(Map<String, Object> producerConfig, Duration sendLimit) {
    return new KafkaTransport(
        new ProducerSettings(producerConfig, sendLimit),
        config -> new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
        System::nanoTime);
  }

  @Override
  public Duration sendLimit() {
    return settings.sendLimit();
  }

  /**
   * Refuses a topic that Kafka can't name, a negative partition, a header that is one of
   * CloudEvents, and a record larger than {@code max.request.size} or {@code buffer.memory}.
   *
   * @throws MessageRefusedException naming the field
   */
  @Override
  public void vet(OutgoingMessage message) {
    long size = Records.size(Records.of(message));
    long most = settings.maxRecordSize();
    if (size > most) {
      throw new MessageRefusedException(
          "payload",
          "makes a record of "
              + size
              + " bytes, with key and headers, but max.request.size and buffer.memory allow "
              + most
              + ": send less, or raise them and the topic's max.message.bytes");
    }
  }

  /**
   * Checks the producer configuration and makes the producer.
   *
   * @throws ConfigurationException naming each setting, its value and the way out
   */
  @Override
  public void start() {
    List<String> problems = new ArrayList<>(settings.problems());
    if (problems.isEmpty()) {
      try {
        links.current();
      } catch (KafkaException e) {
        if (Hosts.anyKnown(settings.config())) {
          problems.add("the Kafka producer can't be made: " + words(e));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /**
   * Looks at the replication factor, {@code min.insync.replicas} and {@code
   * unclean.leader.election.enable} of the topics that are routed here; where any topic may come,
   * at the brokers' own {@code default.replication.factor} and the same two. Takes Kafka's
   * permissions DESCRIBE and DESCRIBE_CONFIGS on the topics, and DESCRIBE_CONFIGS on the cluster.
   * The admin client for it has a connection of its own.
   */
  @Override
  public SafetyReport inspect(RoutedTopics topics) {
    return Inspection.of(settings.config(), topics, sendLimit().multipliedBy(9).dividedBy(10));
  }

  @Override
  public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
    Flight flight = new Flight(batch, results, links, settings, clock);
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

  /** Closes the producer at once; messages without a result are reported as unavailable. */
  @Override
  public void close() {
    closed = true;
    flights.forEach(Flight::end);
    links.close();
  }

  /** The texts of configuration errors name settings, and no message is there yet. */
  private static String words(KafkaException error) {
    Throwable cause = error;
    while (cause.getCause() instanceof KafkaException deeper) {
      cause = deeper;
    }
    String name = cause.getClass().getSimpleName();
    return cause instanceof ConfigException ? name + ", " + cause.getMessage() : name;
  }
}
