package io.outbox4j.rocketmq;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.jspecify.annotations.Nullable;

/** The producer, made when it is first asked for, started when it is first to send. */
final class Link implements AutoCloseable {

  private static final int MOST_THREADS = 16;

  private final Supplier<DefaultMQProducer> producers;
  private final ProducerSettings settings;
  private final ThreadPoolExecutor waiters;
  private @Nullable DefaultMQProducer producer;
  private boolean started;
  private boolean closed;

  Link(Supplier<DefaultMQProducer> producers, ProducerSettings settings) {
    this.producers = producers;
    this.settings = settings;
    AtomicInteger number = new AtomicInteger();
    this.waiters =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "outbox-rocketmq-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    waiters.allowCoreThreadTimeOut(true);
  }

  /** The producer as the application configured it, perhaps not started. */
  synchronized DefaultMQProducer configured() {
    if (producer == null) {
      producer = producers.get();
    }
    return producer;
  }

  /**
   * The producer, started.
   *
   * @throws IllegalStateException when closed
   * @throws MQClientException when it can't be started
   */
  synchronized DefaultMQProducer running() throws MQClientException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    DefaultMQProducer configured = configured();
    if (!started) {
      settings.apply(configured);
      configured.start();
      started = true;
    }
    return configured;
  }

  /**
   * Does what may block, on a thread of its own while there are not too many.
   *
   * @throws RejectedExecutionException when closed
   */
  void inBackground(Runnable task) {
    waiters.execute(task);
  }

  @Override
  public void close() {
    DefaultMQProducer ending;
    synchronized (this) {
      ending = started && !closed ? producer : null;
      closed = true;
    }
    waiters.shutdown();
    if (ending != null) {
      ending.shutdown();
    }
  }
}
