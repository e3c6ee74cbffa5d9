package io.outbox4j.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A client that fails as it is told, and acknowledges the rest at once, by a thread of its own. */
final class FakeProducer extends MockProducer<byte[], byte[]> {

  static final byte[] BAD = "bad".getBytes(StandardCharsets.UTF_8);

  /** What the next records meet after the call. */
  final Queue<RuntimeException> reported = new ConcurrentLinkedQueue<>();

  /** What every call meets. */
  volatile RuntimeException thrown;

  /** What the call with the payload {@link #BAD} meets. */
  volatile RuntimeException onBad;

  /** Never says anything. */
  volatile boolean mute;

  FakeProducer() {
    super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (thrown != null) {
      throw thrown;
    }
    if (record.value() == BAD && onBad != null) {
      throw onBad;
    }
    Future<RecordMetadata> sent = super.send(record, callback);
    if (!mute) {
      RuntimeException error = reported.poll();
      Thread io = new Thread(() -> answer(error));
      io.start();
      join(io);
    }
    return sent;
  }

  private void answer(RuntimeException error) {
    if (error == null) {
      completeNext();
    } else {
      errorNext(error);
    }
  }

  private static void join(Thread io) {
    try {
      io.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
