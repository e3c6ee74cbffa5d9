package io.outbox4j.kafka;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer of the day. Kafka's producer has states that it never leaves; one that is in such a
 * state is closed, and the next record gets a new one.
 */
final class Links implements AutoCloseable {

  /** A producer, and what is known of it. */
  static final class Link {

    final Producer<byte[], byte[]> producer;
    final Pulse pulse;
    private volatile boolean ending;

    private Link(Producer<byte[], byte[]> producer, Pulse pulse) {
      this.producer = producer;
      this.pulse = pulse;
    }

    /** Whether its errors come from its being closed. */
    boolean isEnding() {
      return ending;
    }

    private void end() {
      ending = true;
      try {
        // What waits in it would otherwise go out at any time.
        producer.close(Duration.ZERO);
      } catch (RuntimeException e) {
        log.debug("A producer did not close: {}", e.getClass().getName());
      }
    }
  }

  /** Makes producers. */
  @FunctionalInterface
  interface Factory {

    Producer<byte[], byte[]> create();
  }

  private static final Logger log = LoggerFactory.getLogger(KafkaTransport.class);
  private static final int MOST_THREADS = 16;

  private final Factory factory;
  private final LongSupplier clock;
  private final long silence;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor waiters;
  private @Nullable Link current;
  private boolean closed;

  Links(Factory factory, LongSupplier clock, Duration silence) {
    this.factory = factory;
    this.clock = clock;
    this.silence = silence.toNanos();
    AtomicInteger number = new AtomicInteger();
    this.waiters =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "outbox-kafka-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    waiters.allowCoreThreadTimeOut(true);
  }

  /**
   * The producer to use, made now if there is none.
   *
   * @throws IllegalStateException when closed
   * @throws org.apache.kafka.common.KafkaException when it can't be made
   */
  synchronized Link current() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (current == null) {
      Producer<byte[], byte[]> producer = factory.create();
      current = new Link(producer, new Pulse(producer, clock, silence));
    }
    return current;
  }

  /** Gives up a producer that will not send any more. */
  void replace(Link link, String reason) {
    synchronized (this) {
      if (current != link) {
        return;
      }
      current = null;
      link.ending = true;
    }
    log.warn("The Kafka producer is replaced by a new one: {}", reason);
    inBackground(link::end);
  }

  /** Whether a topic was there lately: sending to it does not block for its metadata. */
  boolean isKnown(String topic) {
    return known.contains(topic);
  }

  void found(String topic) {
    known.add(topic);
  }

  void lost(String topic) {
    known.remove(topic);
  }

  /**
   * Does what may block, on a thread of its own while there are not too many.
   *
   * @throws RejectedExecutionException when closed
   */
  void inBackground(Runnable task) {
    waiters.execute(task);
  }

  /** Whether the cluster answers. */
  boolean feelPulse() {
    Link link;
    synchronized (this) {
      link = current;
    }
    return link != null && link.pulse.feel();
  }

  @Override
  public void close() {
    Link link;
    synchronized (this) {
      closed = true;
      link = current;
      current = null;
    }
    if (link != null) {
      link.end();
    }
    waiters.shutdown();
  }
}
