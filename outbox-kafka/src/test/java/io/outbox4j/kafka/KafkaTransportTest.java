package io.outbox4j.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.testkit.MessageDraft;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client can do to us, without a broker. */
class KafkaTransportTest {

  private static final String SECRET = "4711-0815";

  private final FakeProducer first = new FakeProducer();
  private final FakeProducer second = new FakeProducer();
  private final Queue<FakeProducer> producers = new ArrayDeque<>(List.of(first, second));
  private final KafkaTransport transport = transport(Duration.ofSeconds(20));

  @AfterEach
  void close() {
    transport.close();
  }

  static List<RuntimeException> fatal() {
    return List.of(
        new KafkaException("Cannot execute transactional method because we are in an error state"),
        new IllegalStateException("Cannot perform operation after producer has been closed"),
        new ProducerFencedException("fenced"),
        new ClusterAuthorizationException("no"),
        new SaslAuthenticationException("no"),
        new OutOfOrderSequenceException("gap"));
  }

  @ParameterizedTest
  @MethodSource("fatal")
  void aProducerThatCantGoOnIsReplaced(RuntimeException error) {
    first.thrown = error;
    OutgoingMessage message = MessageDraft.to("t").build();

    // The client is refused before it takes the record.
    boolean refused =
        error instanceof AuthenticationException || error instanceof AuthorizationException;
    assertUnavailable(send(message), Scope.TRANSPORT, !refused);
    await().until(first::closed);

    assertThat(send(message)).isEqualTo(new Acknowledged("0@0"));
    assertThat(second.closed()).isFalse();
  }

  @Test
  void aProducerThatReportsAFatalErrorIsReplaced() {
    first.reported.add(new ProducerFencedException("fenced"));

    assertUnavailable(send(MessageDraft.to("t").build()), Scope.TRANSPORT, true);
    await().until(first::closed);

    assertThat(send(MessageDraft.to("t").build())).isInstanceOf(Acknowledged.class);
  }

  @Test
  void aPassingErrorLeavesTheProducer() {
    first.reported.add(new NetworkException("cut"));

    assertUnavailable(send(MessageDraft.to("t").build()), Scope.TRANSPORT, true);
    assertThat(send(MessageDraft.to("t").build())).isInstanceOf(Acknowledged.class);

    assertThat(first.closed()).isFalse();
    assertThat(first.history()).hasSize(2);
  }

  @Test
  void aRecordThatIsStuckInTheClientGoesDownWithItsProducer() {
    KafkaTransport impatient = transport(Duration.ofMillis(400));
    first.mute = true;
    OutgoingMessage message = MessageDraft.to("t").build();
    long start = System.nanoTime();

    assertUnavailable(send(impatient, message), Scope.TRANSPORT, true);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    await().until(first::closed);
    assertThat(send(impatient, message)).isInstanceOf(Acknowledged.class);
    impatient.close();
  }

  @Test
  void anErrorOfTheCallIsThatRecordsResult() {
    OutgoingMessage bad = MessageDraft.to("t").payload(FakeProducer.BAD).build();
    OutgoingMessage before = MessageDraft.to("t").build();
    OutgoingMessage after = MessageDraft.to("t").build();
    first.onBad = new SerializationException(SECRET);

    Map<OutgoingMessage, SendResult> results = send(transport, List.of(before, bad, after));

    assertThat(results.get(bad))
        .isEqualTo(new Rejected("SerializationException", "SerializationException"));
    assertThat(results.get(before)).isInstanceOf(Acknowledged.class);
    assertThat(results.get(after)).isInstanceOf(Acknowledged.class);
  }

  @Test
  void aHeaderOfCloudEventsIsRejectedHereToo() {
    OutgoingMessage bad = MessageDraft.to("t").headers(Map.of("ce_id", SECRET)).build();

    assertThat(send(bad))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.reason()).contains("ce_id").doesNotContain(SECRET));
    assertThat(first.history()).isEmpty();
  }

  @Test
  void neighboursOfARejectedRecordAreSentAgain() {
    first.reported.add(new KafkaException("part of a batch with invalid records"));
    first.reported.add(new KafkaException("part of a batch with invalid records"));

    assertThat(send(MessageDraft.to("t").build())).isInstanceOf(Acknowledged.class);

    assertThat(first.history()).hasSize(3);
    assertThat(first.closed()).isFalse();
  }

  @Test
  void neighboursAreNotSentAgainForEver() {
    for (int i = 0; i < 10; i++) {
      first.reported.add(new KafkaException("part of a batch with invalid records"));
    }

    assertUnavailable(send(MessageDraft.to("t").build()), Scope.DESTINATION, false);
  }

  @Test
  void afterAFailedLookForMetadataTheTopicsOtherRecordsDoNotWait() {
    first.onBad = new TimeoutException("Topic t not present in metadata");
    OutgoingMessage bad = MessageDraft.to("t").payload(FakeProducer.BAD).build();
    OutgoingMessage same = MessageDraft.to("t").build();

    Map<OutgoingMessage, SendResult> results = send(transport, List.of(bad, same));

    assertUnavailable(results.get(bad), Scope.TRANSPORT, false);
    assertUnavailable(results.get(same), Scope.TRANSPORT, false);
    assertThat(first.history()).isEmpty();
  }

  @Test
  void aProducerThatCantBeMadeIsMadeLater() {
    producers.clear();
    assertUnavailable(send(MessageDraft.to("t").build()), Scope.TRANSPORT, false);

    producers.add(second);
    assertThat(send(MessageDraft.to("t").build())).isInstanceOf(Acknowledged.class);
  }

  @Test
  void noTextOfOthersIsInAReason() {
    first.reported.add(new NetworkException(SECRET));

    assertThat(send(MessageDraft.to("t").build()).toString())
        .contains("NetworkException")
        .doesNotContain(SECRET);
  }

  @Test
  void anInterruptedSendReportsAndKeepsTheInterrupt() throws InterruptedException {
    first.mute = true;
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    OutgoingMessage message = MessageDraft.to("t").build();
    boolean[] kept = new boolean[1];
    Thread thread =
        new Thread(
            () -> {
              transport.send(List.of(message), results::put);
              kept[0] = Thread.currentThread().isInterrupted();
            });
    thread.start();
    await().until(() -> !first.history().isEmpty());

    thread.interrupt();
    thread.join(5_000);

    assertUnavailable(results.get(message), Scope.TRANSPORT, true);
    assertThat(kept[0]).isTrue();
  }

  private KafkaTransport transport(Duration limit) {
    ProducerSettings settings = new ProducerSettings(Map.of("bootstrap.servers", "b:1"), limit);
    return new KafkaTransport(
        settings,
        config -> {
          FakeProducer next = producers.poll();
          if (next == null) {
            throw new KafkaException("Failed to construct kafka producer");
          }
          return next;
        },
        System::nanoTime);
  }

  private SendResult send(OutgoingMessage message) {
    return send(transport, message);
  }

  private static SendResult send(KafkaTransport transport, OutgoingMessage message) {
    return send(transport, List.of(message)).get(message);
  }

  private static Map<OutgoingMessage, SendResult> send(
      KafkaTransport transport, List<OutgoingMessage> batch) {
    Map<OutgoingMessage, SendResult> results = new ConcurrentHashMap<>();
    transport.send(
        batch,
        (message, result) -> {
          SendResult earlier = results.put(message, result);
          assertThat(earlier).isNull();
        });
    assertThat(results).hasSize(batch.size());
    return results;
  }

  private static void assertUnavailable(SendResult result, Scope scope, boolean mayHaveArrived) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.scope()).isEqualTo(scope);
              assertThat(unavailable.mayHaveArrived()).isEqualTo(mayHaveArrived);
            });
  }
}
