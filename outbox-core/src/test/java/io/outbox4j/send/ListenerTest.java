package io.outbox4j.send;

import static io.outbox4j.send.TableInMemory.DEAD;
import static io.outbox4j.send.TableInMemory.SENT;
import static io.outbox4j.send.TableInMemory.UNSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendEvent;
import io.outbox4j.SendListener;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.HandOver.Reservation;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a {@link SendListener} is told, when, and what it can't break. */
final class ListenerTest {

  private static final SendResult TOO_LARGE = SendResult.rejected("TooLarge", "too large");

  /** Writes down what it is told, on which thread, and what the table says then. */
  private final class Recording implements SendListener {

    final List<String> told = new CopyOnWriteArrayList<>();
    final List<SendEvent> events = new CopyOnWriteArrayList<>();
    final List<String> threads = new CopyOnWriteArrayList<>();

    private void tell(String what, SendEvent event) {
      events.add(event);
      threads.add(Thread.currentThread().getName());
      told.add(what + " in status " + table.row(event.id()).status);
    }

    @Override
    public void onSent(SendEvent event) {
      tell("sent", event);
    }

    @Override
    public void onRetry(SendEvent event) {
      tell("retry", event);
    }

    @Override
    public void onDead(SendEvent event) {
      tell("dead", event);
    }
  }

  /** Fails in every way that there is. */
  private static final class Failing implements SendListener {
    @Override
    public void onSent(SendEvent event) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("payload");
    }

    @Override
    public void onRetry(SendEvent event) {
      throw new StackOverflowError();
    }

    @Override
    public void onDead(SendEvent event) {
      throw unchecked(new Exception("payload"));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable e) throws E {
      throw (E) e;
    }
  }

  private final TableInMemory table = new TableInMemory();
  private final ObedientTransport transport = new ObedientTransport(Duration.ofSeconds(20));
  private final Recording recording = new Recording();
  private final List<Sender> senders = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reports.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @AfterEach
  void stop() {
    transport.answerAll(SendResult.acknowledged(null));
    senders.forEach(sender -> sender.stop(Duration.ofSeconds(2)));
    logger.detachAppender(logged);
  }

  private Sender start(SendListener... listeners) {
    SendSettings settings =
        SendSettings.ofDefaults()
            .withRetry(RetryPolicy.fixed(Duration.ofMillis(1)).withMaxAttempts(2));
    Sender sender =
        new Sender(
            new SendWiring(
                table,
                Map.of("main", transport),
                settings,
                OutboxMetrics.NONE,
                (name, topic, error) -> null,
                List.of(listeners),
                InstantSource.system()));
    senders.add(sender);
    sender.start();
    return sender;
  }

  private UUID publish(Sender sender) {
    return publish(sender, true);
  }

  private UUID publish(Sender sender, boolean retry) {
    OutgoingMessage message =
        new OutgoingMessage(
            UUID.randomUUID(),
            "test",
            "a",
            "key",
            null,
            "o-1",
            "t",
            null,
            Map.of(),
            null,
            Instant.EPOCH);
    Reservation reservation = sender.reserve(List.of(new SendRow(message, "main", retry)));
    table.append(reservation.rows());
    reservation.committed();
    return message.id();
  }

  private void awaitStatus(UUID id, int status) {
    await().untilAsserted(() -> assertThat(table.row(id).status).isEqualTo(status));
  }

  private void awaitTold(String... what) {
    await().untilAsserted(() -> assertThat(recording.told).containsExactly(what));
  }

  @Test
  void anAcknowledgementIsToldWithItsPlace() {
    UUID id = publish(start(recording));
    awaitTold("sent in status " + SENT);
    assertThat(recording.events)
        .containsExactly(new SendEvent(id, "main", "a", "key", "o-1", 0, "0@1", null));
    assertThat(recording.threads).containsOnly("outbox-settle");
  }

  @Test
  void rejectionsAreToldWithTheirErrorUpToTheDeath() {
    transport.answer = message -> TOO_LARGE;
    UUID id = publish(start(recording));
    awaitTold("retry in status " + UNSENT, "dead in status " + DEAD);
    assertThat(recording.events)
        .containsExactly(
            new SendEvent(id, "main", "a", "key", "o-1", 1, null, "too large"),
            new SendEvent(id, "main", "a", "key", "o-1", 2, null, "too large"));
    assertThat(recording.threads).containsOnly("outbox-settle");
  }

  @Test
  void anOutageIsNotTold() {
    transport.answer = message -> SendResult.transportUnavailable(false, "away");
    Sender sender = start(recording);
    UUID id = publish(sender);
    await().until(() -> !sender.status().get("main").available());
    await().until(() -> "away".equals(table.row(id).error));
    transport.answer = message -> SendResult.acknowledged(null);
    awaitTold("sent in status " + SENT);
  }

  @Test
  void aDeathThatSpentNoAttemptIsToldWithoutOne() {
    transport.answer = message -> SendResult.destinationUnavailable(true, "no answer");
    publish(start(recording), false);
    awaitTold("dead in status " + DEAD);
    assertThat(recording.events)
        .extracting(SendEvent::attempts, SendEvent::error)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, Verdict.OUTCOME_UNKNOWN + ": no answer"));
  }

  @Test
  void aDeathThatAnotherNodeOvertookIsNotTold() {
    transport.answer = message -> null;
    Sender sender = start(recording);
    UUID overtaken = publish(sender, false);
    await().until(() -> transport.unanswered.size() == 1);
    table.claimElsewhere(overtaken);
    transport.answerAll(TOO_LARGE);
    transport.answer = message -> SendResult.acknowledged(null);
    UUID next = publish(sender);
    awaitTold("sent in status " + SENT);
    assertThat(recording.events).extracting(SendEvent::id).containsExactly(next);
    assertThat(table.row(overtaken).status).isEqualTo(UNSENT);
  }

  @Test
  void whatCantBeWrittenIsNotToldBeforeItIs() {
    table.settlesFail = true;
    UUID id = publish(start(recording));
    await().until(() -> table.settles.get() > 1);
    assertThat(recording.told).isEmpty();
    table.settlesFail = false;
    awaitTold("sent in status " + SENT);
    assertThat(recording.events).extracting(SendEvent::id).containsExactly(id);
  }

  @Test
  void oneThatFailsHarmsNeitherTheEngineNorTheOthers() {
    logged.start();
    logger.addAppender(logged);
    Sender sender = start(new Failing(), recording);
    for (int i = 0; i < 3; i++) {
      awaitStatus(publish(sender), SENT);
    }
    transport.answer = message -> TOO_LARGE;
    for (int i = 0; i < 2; i++) {
      awaitStatus(publish(sender), DEAD);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(recording.events)
                    .extracting(SendEvent::attempts)
                    .containsExactly(0, 0, 0, 1, 2, 1, 2));
    await().until(sender::isIdle);
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(3)
        .allSatisfy(
            line -> assertThat(line).contains(Failing.class.getName()).doesNotContain("payload"));
  }

  @Test
  void oneThatWaitsHoldsNoRoom() {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch goes = new CountDownLatch(1);
    Sender sender =
        start(
            new SendListener() {
              @Override
              public void onSent(SendEvent event) {
                waits.countDown();
                awaitUninterruptibly(goes);
              }
            });
    publish(sender);
    awaitUninterruptibly(waits);
    assertThat(sender.status().get("main").inMemory()).isZero();
    assertThat(sender.isIdle()).as("drain waits for listeners").isFalse();
    goes.countDown();
    await().until(sender::isIdle);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
