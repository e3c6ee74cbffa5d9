package io.outbox4j.send;

import static io.outbox4j.send.TableInMemory.DEAD;
import static io.outbox4j.send.TableInMemory.SENT;
import static io.outbox4j.send.TableInMemory.UNSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.HandOver.Reservation;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SenderTest {

  private static final SendResult AWAY = SendResult.transportUnavailable(true, "away");
  private static final SendResult NO_TOPIC = SendResult.destinationUnavailable(false, "no topic");
  private static final SendResult TOO_LARGE = SendResult.rejected("too large");

  private final TableInMemory table = new TableInMemory();
  private final ObedientTransport transport = new ObedientTransport(Duration.ofMillis(800));
  private final ObedientTransport other = new ObedientTransport(Duration.ofMillis(800));
  private final List<Sender> senders = new ArrayList<>();
  private SendSettings settings =
      SendSettings.ofDefaults()
          .withShutdownLimit(Duration.ofSeconds(2))
          .withRetry(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2), 1, 0));

  @AfterEach
  void stop() {
    transport.answerAll(AWAY);
    senders.forEach(sender -> sender.stop(Duration.ofSeconds(2)));
  }

  private Sender start() {
    Sender sender =
        Senders.of(table, Map.of("main", transport, "other", other), settings, OutboxMetrics.NONE);
    senders.add(sender);
    sender.start();
    return sender;
  }

  private static SendRow row(String topic) {
    return row("main", topic, true, 10);
  }

  private static SendRow row(String transport, String topic, boolean retry, int size) {
    OutgoingMessage message =
        new OutgoingMessage(
            UUID.randomUUID(),
            "test",
            topic,
            null,
            null,
            null,
            "t",
            null,
            Map.of(),
            new byte[size],
            Instant.EPOCH);
    return new SendRow(message, transport, retry);
  }

  private UUID publish(Sender sender, SendRow row) {
    return publish(sender, List.of(row)).get(0);
  }

  private List<UUID> publish(Sender sender, List<SendRow> rows) {
    Reservation reservation = sender.reserve(rows);
    table.append(reservation.rows());
    reservation.committed();
    return rows.stream().map(row -> row.message().id()).toList();
  }

  private void awaitStatus(UUID id, int status) {
    await().untilAsserted(() -> assertThat(table.row(id).status).isEqualTo(status));
  }

  private void awaitAllSent(int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(table.count(SENT)).isEqualTo(count));
  }

  @Test
  void aCommittedMessageIsSentFromMemoryWithoutAClaim() {
    Sender sender = start();
    UUID id = publish(sender, row("a"));
    awaitStatus(id, SENT);
    assertThat(table.claims).hasValue(0);
    assertThat(transport.timesSent(id)).isEqualTo(1);
  }

  @Test
  void aRowInMemoryIsBornUnderItsPublishersGrace() {
    Sender sender = start();
    Reservation reservation = sender.reserve(List.of(row("a")));
    assertThat(reservation.rows().get(0).dueIn()).isEqualTo(settings.grace());
    assertThat(reservation.rows().get(0).claims()).isEqualTo(1);
    reservation.forget();
  }

  @Test
  void nothingIsSentForAForgottenTransactionAndItsRoomIsGivenBack() {
    settings = settings.withRoom(1, 1 << 20);
    Sender sender = start();
    sender.reserve(List.of(row("a"))).forget();
    UUID id = publish(sender, row("a"));
    awaitStatus(id, SENT);
    assertThat(transport.sent()).containsExactly(id);
    assertThat(table.claims).hasValue(0);
  }

  @Test
  void whileBatchesAreOutTheNextGathersAndIsSettledByFewStatements() {
    settings = settings.withBatches(500, 1);
    Sender sender = start();
    awaitStatus(publish(sender, row("a")), SENT);
    transport.answer = message -> null;
    publish(sender, row("a"));
    await().until(() -> transport.unanswered.size() == 1);
    List<UUID> ids = publish(sender, IntStream.range(0, 400).mapToObj(i -> row("a")).toList());
    transport.answer = message -> SendResult.acknowledged(null);
    int settlesBefore = table.settles.get();
    table.holdSettles();
    transport.answerAll(SendResult.acknowledged(null));
    await().until(() -> transport.returned.get() == 3);
    table.letSettlesGo();
    awaitAllSent(402);
    assertThat(transport.batches).hasSize(3);
    assertThat(transport.batches.get(2)).hasSize(400);
    assertThat(transport.sent().subList(2, 402)).containsExactlyElementsOf(ids);
    assertThat(table.settles.get() - settlesBefore)
        .as("the one that was held, and one for all that gathered meanwhile")
        .isLessThanOrEqualTo(2);
  }

  @Test
  void whatHasNoRoomIsBornDueAndFetchedWhenThereIsRoom() {
    settings = settings.withRoom(10, 1 << 20).withBatches(5, 2);
    Sender sender = start();
    publish(sender, IntStream.range(0, 1_000).mapToObj(i -> row("a")).toList());
    awaitAllSent(1_000);
    assertThat(transport.sent()).doesNotHaveDuplicates();
    assertThat(table.claims.get()).isPositive();
  }

  @Test
  void aMessageLargerThanAllTheRoomIsSentAllTheSame() {
    settings = settings.withRoom(10, 1_000);
    Sender sender = start();
    publish(sender, List.of(row("main", "a", true, 5_000), row("main", "a", true, 6_000)));
    awaitAllSent(2);
  }

  @Test
  void anOutageSpendsNoAttemptAndSendingGoesOnByItself() {
    settings = settings.withRoom(100, 1 << 20);
    Sender sender = start();
    transport.answer = message -> AWAY;
    publish(sender, IntStream.range(0, 500).mapToObj(i -> row("a")).toList());
    await().until(() -> !sender.status().get("main").available());
    UUID born = publish(sender, row("a"));
    assertThat(table.row(born).claims).as("born due while the breaker is open").isZero();
    transport.answer = message -> SendResult.acknowledged(null);
    awaitAllSent(501);
    assertThat(sender.status().get("main").available()).isTrue();
    assertThat(table.row(born).attempts).isZero();
  }

  @Test
  void whileTheBreakerIsOpenOneProbeAtATimeGoesThrough() {
    ObedientTransport slow = new ObedientTransport(Duration.ofSeconds(20));
    Sender sender = Senders.of(table, Map.of("main", slow), settings, OutboxMetrics.NONE);
    senders.add(sender);
    sender.start();
    slow.answer = message -> AWAY;
    publish(sender, IntStream.range(0, 500).mapToObj(i -> row("a")).toList());
    await().until(() -> !sender.status().get("main").available());
    slow.answer = message -> null;
    await()
        .during(Duration.ofMillis(400))
        .untilAsserted(() -> assertThat(slow.unanswered).as("probes on their way").hasSize(1));
    slow.answerAll(AWAY);
    await().until(() -> !slow.unanswered.isEmpty());
    slow.answer = message -> SendResult.acknowledged(null);
    slow.answerAll(SendResult.acknowledged(null));
    awaitAllSent(500);
  }

  @Test
  void aTransportThatSaysNothingOpensTheBreakerAndItsMessagesComeBack() {
    Sender sender = start();
    transport.answer = message -> null;
    UUID id = publish(sender, row("a"));
    await().until(() -> !sender.status().get("main").available());
    await().untilAsserted(() -> assertThat(table.row(id).error).contains("no answer"));
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(id, SENT);
  }

  @Test
  void aProvenDestinationThatFallsSilentOpensTheBreakerBeforeTheSendLimit() {
    Sender sender = start();
    awaitStatus(publish(sender, row("a")), SENT);
    transport.answer = message -> null;
    publish(sender, row("a"));
    await().until(() -> !sender.status().get("main").available());
    assertThat(sender.status().get("main").reason()).isEqualTo("no answer for PT0.2S");
  }

  @Test
  void aSilentDestinationThatWasNeverProvenBlamesNoOther() {
    Sender sender = start();
    transport.answer = message -> null;
    publish(sender, row("silent"));
    await().until(() -> !transport.unanswered.isEmpty());
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(publish(sender, row("good")), SENT);
    UUID id = transport.unanswered.get(0).message().id();
    await().untilAsserted(() -> assertThat(table.row(id).error).contains("no answer within"));
    assertThat(sender.status().get("main").available()).isTrue();
  }

  @Test
  void aTransportIsAvailableAgainWhenAnotherNodeSentAllThatWasLeft() {
    Sender sender = start();
    transport.answer = message -> AWAY;
    UUID id = publish(sender, row("a"));
    await().until(() -> !sender.status().get("main").available());
    sender.compensator().run();
    assertThat(sender.status().get("main").available()).as("a row is unsent").isFalse();
    table.settle(List.of(new Settlement.Sent(id, null)));
    sender.compensator().run();
    assertThat(sender.status().get("main").available()).isTrue();
  }

  @Test
  void aTransportThatThrowsLosesNothing() {
    Sender sender = start();
    transport.answer =
        message -> {
          throw new IllegalStateException("broken");
        };
    UUID id = publish(sender, row("a"));
    await().untilAsserted(() -> assertThat(table.row(id).error).contains("IllegalState"));
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(id, SENT);
  }

  @Test
  void oneTransportAwayDelaysNoMessageOfAnother() {
    Sender sender = start();
    transport.answer = message -> AWAY;
    UUID stuck = publish(sender, row("a"));
    await().until(() -> !sender.status().get("main").available());
    UUID id = publish(sender, row("other", "a", true, 1));
    awaitStatus(id, SENT);
    assertThat(table.row(stuck).status).isEqualTo(UNSENT);
  }

  @Test
  void anUnavailableDestinationBacksOffAloneAndIsShown() {
    Sender sender = start();
    transport.answer = message -> message.topic().equals("gone") ? NO_TOPIC : null;
    UUID gone = publish(sender, row("gone"));
    await()
        .untilAsserted(
            () ->
                assertThat(sender.status().get("main").unavailableDestinations())
                    .containsEntry("gone", "no topic"));
    transport.answer =
        message -> message.topic().equals("gone") ? NO_TOPIC : SendResult.acknowledged(null);
    UUID good = publish(sender, row("good"));
    awaitStatus(good, SENT);
    assertThat(sender.status().get("main").available()).isTrue();
    assertThat(table.row(gone).attempts).isZero();
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(gone, SENT);
    assertThat(sender.status().get("main").unavailableDestinations()).isEmpty();
  }

  @Test
  void aDestinationThatIsNotProvenIsTriedByOneMessageAlone() {
    transport.takesItsTime();
    Sender sender = start();
    transport.answer =
        message -> message.topic().equals("slow") ? null : SendResult.acknowledged("");
    List<SendRow> rows = new ArrayList<>();
    IntStream.range(0, 50).forEach(i -> rows.add(row("slow")));
    IntStream.range(0, 50).forEach(i -> rows.add(row("good")));
    publish(sender, rows);
    awaitAllSent(50);
    assertThat(transport.unanswered).hasSize(1);
    transport.answer = message -> SendResult.acknowledged(null);
    transport.answerAll(SendResult.acknowledged(null));
    awaitAllSent(100);
  }

  @Test
  void aProbeSpendsAMessageThatMayBeSentOnceOnlyIfThereIsNoOther() {
    Sender sender = start();
    transport.answer = message -> AWAY;
    UUID often = publish(sender, row("a"));
    await().until(() -> !sender.status().get("main").available());
    UUID once = publish(sender, row("main", "a", false, 1));
    await().until(() -> transport.timesSent(often) >= 4);
    assertThat(transport.timesSent(once)).isZero();
    assertThat(table.row(once).status).isEqualTo(UNSENT);
    transport.answer = message -> SendResult.acknowledged(null);
    awaitAllSent(2);
  }

  @Test
  void whatWasAcknowledgedIsWrittenEvenAfterItsLease() {
    long[] leap = {0};
    Sender sender =
        Senders.of(
            table,
            Map.of("main", transport),
            settings,
            OutboxMetrics.NONE,
            () -> System.nanoTime() + leap[0]);
    senders.add(sender);
    sender.start();
    table.settlesFail = true;
    UUID id = publish(sender, row("a"));
    await().until(() -> table.settles.get() >= 1);
    leap[0] = settings.grace().multipliedBy(2).toNanos();
    await().until(() -> table.settles.get() >= 3);
    table.settlesFail = false;
    awaitStatus(id, SENT);
  }

  @Test
  void aBacklogOfAnUnavailableDestinationTakesNoRoomWhileOneTriesIt() {
    settings = settings.withRoom(20, 1 << 20).withBatches(10, 2);
    Sender sender = start();
    transport.answer =
        message -> message.topic().equals("gone") ? NO_TOPIC : SendResult.acknowledged("");
    publish(sender, IntStream.range(0, 200).mapToObj(i -> row("gone")).toList());
    await().until(() -> !sender.status().get("main").unavailableDestinations().isEmpty());
    transport.answer =
        message -> message.topic().equals("gone") ? null : SendResult.acknowledged("");
    await().until(() -> !transport.unanswered.isEmpty());
    awaitStatus(publish(sender, row("good")), SENT);
  }

  @Test
  void manySilentDestinationsHoldUpNoneThatIsNew() {
    transport.takesItsTime();
    settings = settings.withBatches(500, 2);
    Sender sender = start();
    transport.answer =
        message -> message.topic().equals("good") ? SendResult.acknowledged(null) : null;
    List<SendRow> rows = new ArrayList<>();
    IntStream.range(0, 30).forEach(i -> rows.add(row("silent" + i)));
    rows.add(row("good"));
    List<UUID> ids = publish(sender, rows);
    awaitStatus(ids.get(30), SENT);
    assertThat(transport.unanswered).hasSize(30);
  }

  @Test
  void aRejectedMessageSpendsItsAttemptsAndDiesAloneWithItsError() {
    Sender sender = start();
    List<SendRow> rows = IntStream.range(0, 20).mapToObj(i -> row("a")).toList();
    UUID bad = rows.get(7).message().id();
    transport.answer =
        message -> message.id().equals(bad) ? TOO_LARGE : SendResult.acknowledged(null);
    publish(sender, rows);
    awaitStatus(bad, DEAD);
    awaitAllSent(19);
    assertThat(table.row(bad).attempts).isEqualTo(3);
    assertThat(table.row(bad).error).isEqualTo("too large");
    assertThat(transport.timesSent(bad)).isEqualTo(3);
    assertThat(sender.status().get("main").available()).isTrue();
  }

  @Test
  void aMessageToBeSentOnceIsClaimedFirstAndNeverResent() {
    Sender sender = start();
    UUID acknowledged = publish(sender, row("main", "a", false, 1));
    awaitStatus(acknowledged, SENT);
    assertThat(table.row(acknowledged).claims).isEqualTo(1);

    transport.answer = message -> TOO_LARGE;
    UUID rejected = publish(sender, row("main", "a", false, 1));
    awaitStatus(rejected, DEAD);
    assertThat(transport.timesSent(rejected)).isEqualTo(1);

    transport.answer = message -> SendResult.destinationUnavailable(true, "who knows");
    UUID unknown = publish(sender, row("main", "a", false, 1));
    awaitStatus(unknown, DEAD);
    assertThat(table.row(unknown).error).startsWith("outcome unknown");
  }

  @Test
  void aMessageToBeSentOnceThatWasNotHandedOverMayStillBeSent() {
    Sender sender = start();
    transport.answer = message -> SendResult.transportUnavailable(false, "no connection");
    UUID id = publish(sender, row("main", "a", false, 1));
    await().untilAsserted(() -> assertThat(table.row(id).error).isEqualTo("no connection"));
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(id, SENT);
  }

  @Test
  void aMessageToBeSentOnceWhoseSenderDiedEndsDeadAndUnsent() {
    SendRow row = row("main", "a", false, 1);
    table.append(List.of(io.outbox4j.spi.NewRow.due(row)));
    table.claimElsewhere(row.message().id());
    table.letTimePass();
    Sender sender = start();
    sender.compensator().run();
    awaitStatus(row.message().id(), DEAD);
    assertThat(table.row(row.message().id()).error).startsWith("outcome unknown");
    assertThat(transport.sent()).isEmpty();
  }

  @Test
  void theCompensatorSendsWhatACrashedNodeLeft() {
    SendRow row = row("a");
    table.append(List.of(io.outbox4j.spi.NewRow.kept(row, Duration.ZERO)));
    Sender sender = start();
    sender.compensator().run();
    awaitStatus(row.message().id(), SENT);
    assertThat(table.row(row.message().id()).claims).isEqualTo(2);
  }

  @Test
  void theCompensatorRestsUntilTheNextRowIsDue() {
    Sender sender = start();
    assertThat(sender.compensator().run()).isEqualTo(settings.pollInterval());
    table.append(List.of(io.outbox4j.spi.NewRow.kept(row("a"), Duration.ofSeconds(2))));
    assertThat(sender.compensator().run()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(table.claims).hasValue(0);
  }

  @Test
  void rowsThatWereOnlyLockedAreClaimedWithoutWaitingForThePoll() {
    SendRow row = row("a");
    table.locked = true;
    Sender sender = start();
    table.append(List.of(io.outbox4j.spi.NewRow.due(row)));
    sender.wake();
    await().until(() -> table.claims.get() >= 2);
    table.locked = false;
    awaitStatus(row.message().id(), SENT);
  }

  @Test
  void aThawedNodeDamagesNoClaimOfAnother() {
    settings = settings.withBatches(10, 2);
    Sender sender = start();
    transport.answer = message -> null;
    UUID id = publish(sender, row("a"));
    await().until(() -> !transport.unanswered.isEmpty());
    int fence = table.claimElsewhere(id);
    transport.answerAll(SendResult.rejected("late"));
    await().until(sender::isIdle);
    assertThat(table.row(id).status).isEqualTo(UNSENT);
    assertThat(table.row(id).attempts).isZero();
    assertThat(table.row(id).claims).isEqualTo(fence);
    assertThat(table.row(id).resolved).isZero();
  }

  @Test
  void aRowWhoseGraceIsOverIsForgottenNotSent() {
    long[] now = {System.nanoTime()};
    Sender sender =
        Senders.of(table, Map.of("main", transport), settings, OutboxMetrics.NONE, () -> now[0]);
    senders.add(sender);
    SendRow row = row("a");
    Reservation reservation = sender.reserve(List.of(row));
    table.append(reservation.rows());
    now[0] += settings.grace().toNanos();
    reservation.committed();
    table.claimElsewhere(row.message().id());
    sender.start();
    await().until(sender::isIdle);
    assertThat(transport.sent()).isEmpty();
    assertThat(table.row(row.message().id()).status).isEqualTo(UNSENT);
  }

  @Test
  void outcomesAreWrittenWhenTheDatabaseIsBack() {
    Sender sender = start();
    table.settlesFail = true;
    UUID id = publish(sender, row("a"));
    await().until(() -> table.settles.get() >= 2);
    table.settlesFail = false;
    awaitStatus(id, SENT);
    assertThat(transport.timesSent(id)).isEqualTo(1);
  }

  @Test
  void claimsGoOnWhenTheDatabaseIsBack() {
    table.claimsFail = true;
    Sender sender = start();
    UUID id = publish(sender, row("main", "a", false, 1));
    await().until(() -> table.claims.get() >= 2);
    table.claimsFail = false;
    awaitStatus(id, SENT);
  }

  @Test
  void anErrorOfTheStoreDoesNotEndTheThreadThatSettles() {
    Sender sender = start();
    table.failsWithErrors = true;
    table.settlesFail = true;
    UUID id = publish(sender, row("a"));
    await().until(() -> table.settles.get() >= 1);
    table.settlesFail = false;
    awaitStatus(id, SENT);
  }

  @Test
  void anErrorOfTheStoreDoesNotEndTheThreadThatClaims() {
    table.failsWithErrors = true;
    table.claimsFail = true;
    Sender sender = start();
    table.append(List.of(io.outbox4j.spi.NewRow.due(row("a"))));
    sender.wake();
    await().until(() -> table.claims.get() >= 1);
    table.claimsFail = false;
    awaitAllSent(1);
  }

  @Test
  void anErrorOfAListenerDoesNotEndTheThreadThatSettles() {
    OutboxMetrics broken =
        new OutboxMetrics() {
          @Override
          public void dead(String transport) {
            throw new LinkageError("told to fail");
          }
        };
    Sender sender = Senders.of(table, Map.of("main", transport), settings, broken);
    senders.add(sender);
    sender.start();
    transport.answer = message -> TOO_LARGE;
    awaitStatus(publish(sender, row("a")), DEAD);
    transport.answer = message -> SendResult.acknowledged(null);
    awaitStatus(publish(sender, row("a")), SENT);
  }

  @Test
  void aDeathThatCameTooLateIsNotTold() {
    AtomicInteger deaths = new AtomicInteger();
    OutboxMetrics counting =
        new OutboxMetrics() {
          @Override
          public void dead(String transport) {
            deaths.incrementAndGet();
          }
        };
    Sender sender = Senders.of(table, Map.of("main", transport), settings, counting);
    senders.add(sender);
    sender.start();
    transport.answer = message -> TOO_LARGE;
    table.holdSettles();
    UUID overtaken = publish(sender, row("main", "a", false, 1));
    await().until(() -> table.settles.get() == 1);
    table.claimElsewhere(overtaken);
    table.letSettlesGo();
    awaitStatus(publish(sender, row("main", "a", false, 1)), DEAD);
    sender.stop(Duration.ofSeconds(5));
    assertThat(deaths).hasValue(1);
    assertThat(table.row(overtaken).status).isEqualTo(UNSENT);
  }

  @Test
  void stopWaitsForWhatIsOnItsWayAndLeavesTheRestToTheTable() {
    settings = settings.withBatches(1, 1);
    Sender sender = start();
    awaitStatus(publish(sender, row("a")), SENT);
    transport.answer = message -> null;
    UUID onItsWay = publish(sender, row("a"));
    await().until(() -> transport.unanswered.size() == 1);
    UUID queued = publish(sender, row("a"));
    Thread stopping = new Thread(() -> sender.stop(Duration.ofSeconds(5)));
    stopping.start();
    await().until(() -> table.row(queued).resolved == 1);
    assertThat(stopping.isAlive()).isTrue();
    transport.answerAll(SendResult.acknowledged(null));
    await().until(() -> !stopping.isAlive());
    assertThat(table.row(onItsWay).status).isEqualTo(SENT);
    assertThat(table.row(queued).status).isEqualTo(UNSENT);
    assertThat(table.row(queued).due).isLessThanOrEqualTo(System.nanoTime());
    assertThat(transport.timesSent(queued)).isZero();
  }

  @Test
  void aTransportThatSaysNothingAtTheEndTakesNoTimeFromAnother() {
    settings = settings.withBatches(1, 1);
    transport.takesItsTime();
    other.takesItsTime();
    Sender sender = start();
    awaitStatus(publish(sender, row("other", "b", true, 1)), SENT);
    transport.answer = message -> null;
    other.answer = message -> null;
    publish(sender, List.of(row("a"), row("other", "b", true, 1)));
    await().until(() -> transport.unanswered.size() == 1 && other.unanswered.size() == 1);
    UUID queued = publish(sender, row("other", "b", true, 1));
    Thread stopping = new Thread(() -> sender.stop(Duration.ofSeconds(20)));
    stopping.start();
    await().until(() -> table.row(queued).resolved == 1);
    assertThat(stopping.isAlive()).isTrue();
    transport.answerAll(SendResult.acknowledged(null));
    other.answerAll(SendResult.acknowledged(null));
    await().until(() -> !stopping.isAlive());
  }

  @Test
  void whatIsBeingClaimedAtTheEndIsLetGoAndNotInDoubt() {
    settings = settings.withBatches(1, 1);
    Sender sender = start();
    table.holdClaims();
    UUID once = publish(sender, row("main", "a", false, 1));
    await().until(() -> table.row(once).claims == 1);
    Thread stopping = new Thread(() -> sender.stop(Duration.ofSeconds(20)));
    stopping.start();
    await().until(() -> !stopping.isAlive() || stopping.getState() == Thread.State.TIMED_WAITING);
    table.letClaimsReturn();
    await().until(() -> !stopping.isAlive());
    assertThat(table.row(once).resolved).isEqualTo(1);
    assertThat(table.row(once).status).isEqualTo(UNSENT);
    assertThat(transport.timesSent(once)).isZero();
  }

  @Test
  void settingsThatLeaveNoTimeForAnAnswerAreNamed() {
    assertThat(
            Sender.problems(
                settings.withGrace(Duration.ofMillis(1_600)), Map.of("main", transport)))
        .singleElement()
        .asString()
        .contains("outbox.send.grace", "PT1.6S", "main", "PT0.8S");
    assertThat(Sender.problems(settings, Map.of("main", transport))).isEmpty();
  }
}
