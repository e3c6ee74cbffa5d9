package io.outbox4j.kafka;

import java.util.List;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Who is at fault when Kafka's client reports an error: by its type, never by its text. */
final class SendErrors {

  /** Who is at fault, and what follows. The words are those of {@link KafkaTransport}'s table. */
  enum Fault {
    MESSAGE("rejected"),
    DESTINATION("unavailable: destination"),
    TRANSPORT("unavailable: transport"),
    /** The client says time-out alike for a missing topic and for an absent broker. */
    WHO_IS_SILENT("unavailable: destination if the cluster answers, else transport"),
    /** The client will not send anything any more. */
    PRODUCER("unavailable: transport; a new producer is made"),
    /** The record was in one request with a rejected one, and is not at fault. */
    NEIGHBOUR("sent again, without the record at fault");

    final String words;

    Fault(String words) {
      this.words = words;
    }
  }

  /**
   * A line of the table.
   *
   * @param type the type; its subtypes too, unless they stand further up
   * @param fault who is at fault
   */
  record Line(Class<? extends Throwable> type, Fault fault) {}

  /** The first line that fits is the one. */
  static final List<Line> TABLE =
      List.of(
          new Line(RecordTooLargeException.class, Fault.MESSAGE),
          new Line(RecordBatchTooLargeException.class, Fault.MESSAGE),
          new Line(SerializationException.class, Fault.MESSAGE),
          new Line(InvalidRecordException.class, Fault.MESSAGE),
          new Line(CorruptRecordException.class, Fault.MESSAGE),
          new Line(InvalidTimestampException.class, Fault.MESSAGE),
          new Line(UnsupportedForMessageFormatException.class, Fault.MESSAGE),
          new Line(InvalidTopicException.class, Fault.MESSAGE),
          new Line(IllegalArgumentException.class, Fault.MESSAGE),
          new Line(TopicAuthorizationException.class, Fault.DESTINATION),
          new Line(NotEnoughReplicasException.class, Fault.DESTINATION),
          new Line(NotEnoughReplicasAfterAppendException.class, Fault.DESTINATION),
          new Line(PolicyViolationException.class, Fault.DESTINATION),
          new Line(UnknownServerException.class, Fault.DESTINATION),
          new Line(NetworkException.class, Fault.TRANSPORT),
          new Line(InvalidMetadataException.class, Fault.DESTINATION),
          new Line(BufferExhaustedException.class, Fault.TRANSPORT),
          new Line(DisconnectException.class, Fault.TRANSPORT),
          new Line(BrokerNotAvailableException.class, Fault.TRANSPORT),
          new Line(SecurityDisabledException.class, Fault.TRANSPORT),
          new Line(InvalidRequiredAcksException.class, Fault.TRANSPORT),
          new Line(UnsupportedCompressionTypeException.class, Fault.TRANSPORT),
          new Line(InterruptException.class, Fault.TRANSPORT),
          new Line(OutOfOrderSequenceException.class, Fault.PRODUCER),
          new Line(InvalidProducerEpochException.class, Fault.PRODUCER),
          new Line(InvalidPidMappingException.class, Fault.PRODUCER),
          new Line(ProducerFencedException.class, Fault.PRODUCER),
          new Line(AuthenticationException.class, Fault.PRODUCER),
          new Line(ClusterAuthorizationException.class, Fault.PRODUCER),
          new Line(TransactionalIdAuthorizationException.class, Fault.PRODUCER),
          new Line(UnsupportedVersionException.class, Fault.PRODUCER),
          new Line(IllegalStateException.class, Fault.PRODUCER),
          new Line(TimeoutException.class, Fault.WHO_IS_SILENT));

  private SendErrors() {}

  /**
   * Who is at fault.
   *
   * @param error what the client reports
   * @param thrown whether the call itself failed, and not the delivery afterwards
   */
  static Fault of(Throwable error, boolean thrown) {
    for (Line line : TABLE) {
      if (line.type().isInstance(error)) {
        return line.fault();
      }
    }
    if (error.getClass() == KafkaException.class) {
      // A call of a producer in its fatal state throws this bare type; a request with one record
      // at fault reports it for all the others.
      return thrown ? Fault.PRODUCER : Fault.NEIGHBOUR;
    }
    // A type that is not known spends no attempt; what is not Kafka's comes from a partitioner or
    // interceptor that can't cope with the record.
    return error instanceof KafkaException ? Fault.TRANSPORT : Fault.MESSAGE;
  }
}
