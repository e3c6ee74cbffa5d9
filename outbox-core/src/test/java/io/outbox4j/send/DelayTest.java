package io.outbox4j.send;

import static io.outbox4j.send.TableInMemory.DEAD;
import static io.outbox4j.send.TableInMemory.SENT;
import static io.outbox4j.send.TableInMemory.UNSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.HeadPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.HandOver.Reservation;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No compensator runs here: the publisher's own alarm wakes it. */
final class DelayTest {

  private static final SendResult AWAY = SendResult.transportUnavailable(true, "away");
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Instant LONG_AGO = Instant.EPOCH;

  private final TableInMemory table = new TableInMemory();
  private final ObedientTransport transport = new ObedientTransport(Duration.ofMillis(800));
  private final Sender sender =
      Senders.of(
          table,
          Map.of("main", transport),
          SendSettings.ofDefaults().withShutdownLimit(Duration.ofSeconds(2)),
          OutboxMetrics.NONE);

  DelayTest() {
    sender.start();
  }

  @AfterEach
  void stop() {
    transport.answer = message -> AWAY;
    transport.answerAll(AWAY);
    sender.stop(Duration.ofSeconds(2));
  }

  private static SendRow row(@Nullable Line line, Timing timing) {
    OutgoingMessage message =
        new OutgoingMessage(
            UUID.randomUUID(),
            "test",
            "topic",
            "key",
            null,
            null,
            "t",
            null,
            Map.of(),
            new byte[10],
            Instant.EPOCH);
    return new SendRow(message, "main", true, line, timing);
  }

  private static Line line(HeadPolicy policy) {
    return Line.named("test", "main", "line", policy);
  }

  private static Timing after(Duration delay) {
    return new Timing(delay, null, null);
  }

  private static Timing expiring(Instant expiresAt) {
    return new Timing(Duration.ZERO, null, expiresAt);
  }

  private List<UUID> publish(SendRow... rows) {
    Reservation reservation = sender.reserve(List.of(rows));
    table.append(reservation.rows());
    reservation.committed();
    return List.of(rows).stream().map(row -> row.message().id()).toList();
  }

  private void awaitStatus(UUID id, int status) {
    await().untilAsserted(() -> assertThat(table.row(id).status).isEqualTo(status));
  }

  @Test
  void aDelayedMessageTakesNoRoomAndWaits() {
    Timing tomorrow = new Timing(Duration.ZERO, CLOCK.instant().plusSeconds(86_400), null);
    List<UUID> ids =
        publish(row(null, after(Duration.ofDays(300))), row(null, tomorrow), row(null, Timing.ANY));

    awaitStatus(ids.get(2), SENT);

    assertThat(transport.sent()).containsExactly(ids.get(2));
    await().until(sender::isIdle);
    assertThat(table.row(ids.get(0)).claims).isZero();
    assertThat(table.row(ids.get(1)).claims).isZero();
  }

  @Test
  void aDelayOfManyCenturiesHoldsUpNobody() {
    Instant last = Instant.parse("9999-12-30T00:00:00Z");
    List<UUID> ids =
        publish(
            row(null, new Timing(Duration.ZERO, last, null)),
            row(line(HeadPolicy.BLOCK), new Timing(Duration.ZERO, last, null)),
            row(null, Timing.ANY));

    awaitStatus(ids.get(2), SENT);
    await().until(sender::isIdle);
  }

  @Test
  void itGoesWhenItIsDue() {
    Instant soon = CLOCK.instant().plusMillis(600);
    List<UUID> ids =
        publish(
            row(null, after(Duration.ofMillis(300))),
            row(null, new Timing(Duration.ZERO, soon, null)),
            row(null, new Timing(Duration.ZERO, LONG_AGO, null)));

    ids.forEach(id -> awaitStatus(id, SENT));

    assertThat(transport.sent()).containsExactly(ids.get(2), ids.get(0), ids.get(1));
    assertThat(CLOCK.instant()).isAfterOrEqualTo(soon);
  }

  @Test
  void aDelayedHeadHoldsItsLine() {
    List<UUID> ids =
        publish(
            row(line(HeadPolicy.BLOCK), after(Duration.ofMillis(400))),
            row(line(HeadPolicy.BLOCK), Timing.ANY));

    ids.forEach(id -> awaitStatus(id, SENT));

    assertThat(transport.sent()).containsExactlyElementsOf(ids);
  }

  @Test
  void anExpiredMessageIsDeadAndNeverSent() {
    UUID id = publish(row(null, expiring(LONG_AGO))).get(0);

    awaitStatus(id, DEAD);

    assertThat(table.row(id).error).isEqualTo("expired");
    assertThat(table.row(id).attempts).isZero();
    assertThat(transport.sent()).isEmpty();
  }

  @Test
  void oneThatIsInTimeIsSent() {
    UUID id = publish(row(null, expiring(CLOCK.instant().plusSeconds(60)))).get(0);

    awaitStatus(id, SENT);
  }

  @Test
  void whatExpiresWhileTheBrokerIsAwayIsNotSentAfterwards() {
    transport.answer = message -> AWAY;
    UUID id = publish(row(null, expiring(CLOCK.instant().plusMillis(700)))).get(0);
    await().until(() -> !sender.status().get("main").available());

    awaitStatus(id, DEAD);

    assertThat(table.row(id).error).isEqualTo("expired");
  }

  @Test
  void whatExpiresInTheQueueIsNotHandedOver() {
    transport.answer = message -> null;
    UUID first = publish(row(null, Timing.ANY)).get(0);
    await().untilAsserted(() -> assertThat(transport.sent()).containsExactly(first));
    UUID id = publish(row(null, expiring(CLOCK.instant().plusMillis(300)))).get(0);

    awaitStatus(id, DEAD);

    assertThat(transport.timesSent(id)).isZero();
  }

  @Test
  void anExpiredHeadFollowsThePolicyOfItsLine() {
    List<UUID> passing =
        publish(
            row(line(HeadPolicy.PASS), expiring(LONG_AGO)), row(line(HeadPolicy.PASS), Timing.ANY));
    awaitStatus(passing.get(1), SENT);
    assertThat(table.row(passing.get(0)).status).isEqualTo(DEAD);

    List<UUID> blocking =
        publish(
            row(line(HeadPolicy.BLOCK), expiring(LONG_AGO)),
            row(line(HeadPolicy.BLOCK), Timing.ANY));
    awaitStatus(blocking.get(0), DEAD);
    await().until(sender::isIdle);
    assertThat(table.row(blocking.get(1)).status).isEqualTo(UNSENT);
  }
}
