package io.outbox4j.kafka;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.kafka.Links.Link;
import io.outbox4j.kafka.SendErrors.Fault;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** One message of a batch, with its one result. */
final class Departure implements Callback {

  private static final int MOST_TIMES = 3;

  final OutgoingMessage message;
  private final Flight flight;
  private final AtomicReference<@Nullable SendResult> result = new AtomicReference<>();
  private volatile @Nullable Link link;
  private volatile @Nullable Thread caller;
  private volatile boolean handedOver;
  private volatile long handedOverAt;
  private int times;

  Departure(Flight flight, OutgoingMessage message) {
    this.flight = flight;
    this.message = message;
  }

  /** Hands the record to the client. Returns the result, if that failed already. */
  @Nullable SendResult handOver() {
    if (result.get() != null) {
      return null;
    }
    Link used;
    try {
      used = flight.links.current();
    } catch (RuntimeException e) {
      complete(SendResult.transportUnavailable(false, "no producer: " + name(e)));
      return result.get();
    }
    link = used;
    caller = Thread.currentThread();
    times++;
    try {
      handOver(used);
    } catch (MessageRefusedException e) {
      complete(SendResult.rejected(simpleName(e), String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      failed(used, e, true);
    } finally {
      caller = null;
    }
    return handedOver ? null : result.get();
  }

  private void handOver(Link used) {
    ProducerRecord<byte[], byte[]> record = Records.of(message);
    Integer partition = message.partition();
    if (partition != null) {
      // The client would block until the topic has such a partition.
      int partitions = used.producer.partitionsFor(message.topic()).size();
      if (partition >= partitions) {
        complete(
            SendResult.rejected(
                "asks for partition " + partition + " of a topic of " + partitions));
        return;
      }
    }
    synchronized (this) {
      if (result.get() != null) {
        return;
      }
      handedOverAt = flight.now();
      handedOver = true;
    }
    used.producer.send(record, this);
  }

  @Override
  public void onCompletion(@Nullable RecordMetadata place, @Nullable Exception error) {
    Link used = link;
    if (error == null) {
      flight.links.found(message.topic());
      complete(SendResult.acknowledged(placeOf(place)));
    } else if (used != null) {
      failed(used, error, Thread.currentThread() == caller);
    }
  }

  /**
   * Sorts an error.
   *
   * @param thrown whether the call failed: the record is not with the client then. What fails later
   *     may have arrived by an earlier try of the client, whatever the last one met
   */
  private void failed(Link used, Throwable error, boolean thrown) {
    Fault fault = SendErrors.of(error, thrown);
    boolean neverTaken = thrown && (!handedOver || refusesTheClient(error));
    if (thrown) {
      handedOver = false;
    }
    if (fault == Fault.MESSAGE) {
      complete(SendResult.rejected(simpleName(error), name(error)));
      return;
    }
    flight.links.lost(message.topic());
    boolean mayHaveArrived = !thrown || (fault == Fault.PRODUCER && !neverTaken);
    if (fault == Fault.NEIGHBOUR && !used.isEnding()) {
      handedOver = false;
      if (times < MOST_TIMES) {
        flight.repeat(this);
      } else {
        complete(
            SendResult.destinationUnavailable(
                false, "others of the same request were rejected, " + times + " times"));
      }
    } else if (fault == Fault.DESTINATION || (fault == Fault.WHO_IS_SILENT && used.pulse.feel())) {
      complete(SendResult.destinationUnavailable(mayHaveArrived, name(error)));
    } else {
      if (fault == Fault.PRODUCER) {
        flight.links.replace(used, name(error));
      }
      complete(SendResult.transportUnavailable(mayHaveArrived, name(error)));
    }
  }

  /** The client asks for the topic's metadata first, and is refused before it takes the record. */
  private static boolean refusesTheClient(Throwable error) {
    return error instanceof AuthenticationException || error instanceof AuthorizationException;
  }

  /**
   * Completes what has no result. A record that the client keeps longer than it should would go out
   * at any time, after the message was claimed by another: its producer is replaced.
   */
  void giveUp(String reason, boolean clusterAnswers, Duration kept) {
    boolean stuck;
    SendResult last;
    synchronized (this) {
      last =
          clusterAnswers
              ? SendResult.destinationUnavailable(handedOver, reason)
              : SendResult.transportUnavailable(handedOver, reason);
      if (!result.compareAndSet(null, last)) {
        return;
      }
      stuck = handedOver && flight.longerThan(kept, handedOverAt);
    }
    Link used = link;
    if (stuck && used != null) {
      flight.links.replace(used, reason);
    }
    flight.report(this, last);
  }

  /** Takes the result, if it is the first. */
  void complete(SendResult first) {
    if (result.compareAndSet(null, first)) {
      flight.report(this, first);
    }
  }

  private static @Nullable String placeOf(@Nullable RecordMetadata place) {
    if (place == null || !place.hasOffset()) {
      return null;
    }
    return place.partition() + "@" + place.offset();
  }

  /** Kafka's texts may quote the record; its types do not. */
  private static String name(Throwable error) {
    Throwable cause = error.getCause();
    String name = simpleName(error);
    return cause instanceof KafkaException
        ? name + " by " + cause.getClass().getSimpleName()
        : name;
  }

  private static String simpleName(Throwable error) {
    return error.getClass().getSimpleName();
  }
}
