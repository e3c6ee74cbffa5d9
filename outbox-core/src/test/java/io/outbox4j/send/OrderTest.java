package io.outbox4j.send;

import static io.outbox4j.send.TableInMemory.DEAD;
import static io.outbox4j.send.TableInMemory.SENT;
import static io.outbox4j.send.TableInMemory.UNSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.HeadPolicy;
import io.outbox4j.RetryPolicy;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.HandOver.Reservation;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The compensator never runs here by itself: what is sent did not wait for a timer of its own. */
final class OrderTest {

  private static final SendResult ACKNOWLEDGED = SendResult.acknowledged(null);
  private static final SendResult AWAY = SendResult.transportUnavailable(true, "away");
  private static final SendResult NO_TOPIC = SendResult.destinationUnavailable(false, "no topic");
  private static final SendResult TOO_LARGE = SendResult.rejected("too large");

  private final TableInMemory table = new TableInMemory();
  private final ObedientTransport transport = new ObedientTransport(Duration.ofMillis(800));
  private final List<Sender> senders = new ArrayList<>();
  private SendSettings settings =
      SendSettings.ofDefaults()
          .withShutdownLimit(Duration.ofSeconds(2))
          .withRetry(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2), 1, 0));

  @AfterEach
  void stop() {
    transport.answer = message -> AWAY;
    transport.answerAll(AWAY);
    senders.forEach(sender -> sender.stop(Duration.ofSeconds(2)));
  }

  private Sender start() {
    Sender sender = Senders.of(table, Map.of("main", transport), settings, OutboxMetrics.NONE);
    senders.add(sender);
    sender.start();
    return sender;
  }

  private static SendRow row(String key) {
    return row(key, HeadPolicy.BLOCK, true);
  }

  private static SendRow row(String key, HeadPolicy policy, boolean retry) {
    Line line = Line.ofKey("test", "main", "topic", key, policy);
    return new SendRow(message("topic", key), "main", retry, line);
  }

  private static SendRow inLine(String name, String topic) {
    Line line = Line.named("test", "main", name, HeadPolicy.BLOCK);
    return new SendRow(message(topic, name), "main", true, line);
  }

  private static OutgoingMessage message(String topic, String key) {
    return new OutgoingMessage(
        UUID.randomUUID(),
        "test",
        topic,
        key,
        null,
        null,
        "t",
        null,
        Map.of(),
        new byte[10],
        Instant.EPOCH);
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

  private void awaitHandedOver(UUID... ids) {
    await().untilAsserted(() -> assertThat(transport.sent()).containsExactly(ids));
  }

  @Test
  void anOrderedRowIsBornDueAndTakesNoRoom() {
    settings = settings.withRoom(1, 1 << 20);
    Sender sender = start();

    Reservation reservation = sender.reserve(List.of(row("a"), row("b")));

    assertThat(reservation.rows())
        .allSatisfy(
            row -> {
              assertThat(row.claims()).isZero();
              assertThat(row.dueIn()).isZero();
            });
    reservation.forget();
    assertThat(sender.isIdle()).isTrue();
  }

  @Test
  void aMessageWaitsForTheAcknowledgementOfTheOneBeforeIt() {
    Sender sender = start();
    transport.answer = message -> null;
    List<UUID> ids = publish(sender, List.of(row("a"), row("a"), row("a")));

    for (int i = 0; i < 3; i++) {
      awaitHandedOver(ids.subList(0, i + 1).toArray(UUID[]::new));
      transport.answerAll(ACKNOWLEDGED);
    }

    ids.forEach(id -> awaitStatus(id, SENT));
    assertThat(table.lineClaims).as("one claim took the whole run").hasValue(1);
  }

  @Test
  void keysGoSideBySide() {
    Sender sender = start();
    awaitStatus(publish(sender, row("x")), SENT);
    transport.answer = message -> message.key().equals("stuck") ? null : ACKNOWLEDGED;
    List<UUID> ids = publish(sender, List.of(row("stuck"), row("stuck"), row("free"), row("free")));

    awaitStatus(ids.get(3), SENT);

    assertThat(transport.sent()).contains(ids.get(0)).doesNotContain(ids.get(1));
  }

  @Test
  void aFollowerOfAnotherNodeGoesWhenTheHeadIsSettled() {
    Sender one = start();
    Sender two = start();
    transport.answer = message -> null;
    UUID head = publish(one, row("a"));
    awaitHandedOver(head);
    int looks = table.looks.get();
    UUID follower = publish(two, row("a"));
    await().untilAsserted(() -> assertThat(table.looks.get()).isGreaterThan(looks));

    transport.answerAll(ACKNOWLEDGED);

    awaitHandedOver(head, follower);
    transport.answerAll(ACKNOWLEDGED);
    awaitStatus(follower, SENT);
  }

  @Test
  void whoPublishesBehindARunOfItsOwnNeedsNoClaimUntilTheRunEnds() {
    Sender sender = start();
    transport.answer = message -> null;
    UUID head = publish(sender, row("a"));
    awaitHandedOver(head);

    UUID follower = publish(sender, row("a"));
    UUID otherKey = publish(sender, row("b"));
    transport.answer = message -> message.id().equals(otherKey) ? ACKNOWLEDGED : null;
    awaitHandedOver(head);
    transport.answerAll(ACKNOWLEDGED);

    await().untilAsserted(() -> assertThat(transport.sent()).contains(follower, otherKey));
    transport.answerAll(ACKNOWLEDGED);
    awaitStatus(follower, SENT);
    assertThat(table.lineClaims.get()).as("a, then b, then a again, at most").isLessThan(5);
  }

  @Test
  void firstDeliveriesAreInOrderWhateverTheBrokerSays() {
    settings =
        settings
            .withBatches(20, 3)
            .withRoom(100, 1 << 20)
            .withRetry(new RetryPolicy(1_000, Duration.ofMillis(1), Duration.ofMillis(1), 1, 0));
    List<Sender> nodes = List.of(start(), start());
    Random random = new Random(7);
    transport.answer =
        message -> {
          double chance = random.nextDouble();
          return chance < 0.1 ? TOO_LARGE : chance < 0.11 ? AWAY : ACKNOWLEDGED;
        };
    List<UUID> published = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int transaction = i;
      published.addAll(
          publish(
              nodes.get(i % 2),
              IntStream.range(0, 50).mapToObj(j -> row("k" + (j + transaction) % 30)).toList()));
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(table.count(SENT)).isEqualTo(2_000));

    Set<UUID> seen = new HashSet<>();
    Map<String, List<UUID>> delivered = new TreeMap<>();
    Map<String, List<UUID>> wanted = new TreeMap<>();
    published.forEach(
        id ->
            wanted
                .computeIfAbsent(table.row(id).row.message().key(), key -> new ArrayList<>())
                .add(id));
    for (UUID id : transport.sent()) {
      if (seen.add(id)) {
        delivered
            .computeIfAbsent(table.row(id).row.message().key(), key -> new ArrayList<>())
            .add(id);
      }
    }
    assertThat(delivered).isEqualTo(wanted);
  }

  @Test
  void aRejectedHeadStopsItsRunUntilItIsDue() {
    Sender sender = start();
    transport.answer = message -> null;
    List<UUID> ids = publish(sender, List.of(row("a"), row("a")));
    awaitHandedOver(ids.get(0));

    transport.answerAll(TOO_LARGE);

    awaitHandedOver(ids.get(0), ids.get(0));
    assertThat(table.row(ids.get(0)).attempts).isEqualTo(1);
    transport.answer = message -> ACKNOWLEDGED;
    transport.answerAll(ACKNOWLEDGED);
    awaitStatus(ids.get(1), SENT);
    assertThat(table.row(ids.get(1)).attempts).isZero();
  }

  @Test
  void aDeadHeadHoldsItsLineAndNoOther() {
    settings = settings.withRetry(settings.retry().withMaxAttempts(1));
    Sender sender = start();
    UUID bad = publishFirstOfTwo(sender, HeadPolicy.BLOCK);
    UUID later = publish(sender, row("a"));
    awaitStatus(publish(sender, row("b")), SENT);
    sender.compensator().run();
    awaitStatus(publish(sender, row("c")), SENT);

    assertThat(table.row(bad).status).isEqualTo(DEAD);
    assertThat(table.row(later).status).isEqualTo(UNSENT);
    assertThat(table.count(UNSENT)).isEqualTo(2);
  }

  @Test
  void aDeadHeadThatPassesLetsTheOthersGoOn() {
    settings = settings.withRetry(settings.retry().withMaxAttempts(1));
    Sender sender = start();
    UUID bad = publishFirstOfTwo(sender, HeadPolicy.PASS);

    await().untilAsserted(() -> assertThat(table.count(SENT)).isEqualTo(1));
    awaitStatus(publish(sender, row("a", HeadPolicy.PASS, true)), SENT);
    assertThat(table.row(bad).status).isEqualTo(DEAD);
  }

  @Test
  void aDeadHeadThatDropsItsKeyTakesAllBehindItAlong() {
    settings = settings.withRetry(settings.retry().withMaxAttempts(1));
    Sender sender = start();
    publishFirstOfTwo(sender, HeadPolicy.DROP_KEY);

    await().untilAsserted(() -> assertThat(table.count(DEAD)).isEqualTo(2));
    awaitStatus(publish(sender, row("a", HeadPolicy.DROP_KEY, true)), DEAD);
    awaitStatus(publish(sender, row("b", HeadPolicy.DROP_KEY, true)), SENT);
    assertThat(transport.sent()).hasSize(2);
  }

  /** The first is dead before the second could go. */
  private UUID publishFirstOfTwo(Sender sender, HeadPolicy policy) {
    SendRow bad = row("a", policy, true);
    UUID id = bad.message().id();
    transport.answer = message -> message.id().equals(id) ? TOO_LARGE : ACKNOWLEDGED;
    publish(sender, List.of(bad, row("a", policy, true)));
    awaitStatus(id, DEAD);
    return id;
  }

  @Test
  void afterAnOutageOrderedMessagesGoOnByThemselvesAndInOrder() {
    Sender sender = start();
    transport.answer = message -> AWAY;
    List<UUID> ids = new ArrayList<>(publish(sender, List.of(row("a"), row("a"))));
    await().until(() -> !sender.status().get("main").available());
    ids.addAll(publish(sender, List.of(row("a"), row("a"))));
    assertThat(transport.sent()).containsOnly(ids.get(0));

    transport.answer = message -> ACKNOWLEDGED;

    ids.forEach(id -> awaitStatus(id, SENT));
    assertThat(transport.sent().stream().distinct()).containsExactlyElementsOf(ids);
    assertThat(sender.status().get("main").available()).isTrue();
    assertThat(table.row(ids.get(0)).attempts).isZero();
  }

  @Test
  void aProbeTakesTheHeadOfALineAloneWhateverElseIsLookedAt() {
    Sender sender = start();
    transport.answer = message -> AWAY;
    publish(sender, row("x"));
    await().until(() -> !sender.status().get("main").available());
    SendRow once = row("a", HeadPolicy.BLOCK, false);
    SendRow behind = row("a");
    List<UUID> ids = publish(sender, List.of(once, behind));
    transport.answer = message -> null;
    transport.answerAll(AWAY);
    await().untilAsserted(() -> assertThat(transport.unanswered).isNotEmpty());
    transport.answer = message -> ACKNOWLEDGED;
    transport.answerAll(ACKNOWLEDGED);

    ids.forEach(id -> awaitStatus(id, SENT));
    assertThat(transport.sent().indexOf(ids.get(0)))
        .isLessThan(transport.sent().indexOf(ids.get(1)));
  }

  @Test
  void roomThatARollbackGivesBackIsUsedAtOnce() {
    settings = settings.withRoom(1, 1 << 20);
    Sender sender = start();
    Reservation all = sender.reserve(List.of(new SendRow(message("topic", "other"), "main", true)));
    UUID id = publish(sender, row("a"));
    assertThat(table.row(id).claims).isZero();

    all.forget();

    awaitStatus(id, SENT);
  }

  @Test
  void anUnavailableDestinationHoldsItsLines() {
    Sender sender = start();
    transport.answer = message -> NO_TOPIC;
    List<UUID> ids = publish(sender, List.of(row("a"), row("a")));
    await().until(() -> !sender.status().get("main").unavailableDestinations().isEmpty());

    transport.answer = message -> ACKNOWLEDGED;

    ids.forEach(id -> awaitStatus(id, SENT));
    assertThat(transport.sent().stream().distinct()).containsExactlyElementsOf(ids);
  }

  @Test
  void aHeadThatCanNotGoNowKeepsBackWhatWasClaimedWithIt() {
    Sender sender = start();
    transport.answer = message -> message.topic().equals("bad") ? NO_TOPIC : ACKNOWLEDGED;
    publish(sender, inLine("x", "bad"));
    await().until(() -> !sender.status().get("main").unavailableDestinations().isEmpty());

    List<UUID> ids = publish(sender, List.of(inLine("y", "bad"), inLine("y", "good")));

    await().untilAsserted(() -> assertThat(table.row(ids.get(0)).resolved).isPositive());
    await().untilAsserted(() -> assertThat(table.row(ids.get(1)).resolved).isPositive());
    assertThat(transport.sent()).doesNotContain(ids.get(1));
  }

  @Test
  void aLockedHeadIsClaimedWhenItIsFree() {
    Sender sender = start();
    table.locked = true;
    UUID id = publish(sender, row("a"));
    await().untilAsserted(() -> assertThat(table.lineClaims.get()).isGreaterThan(2));
    assertThat(transport.sent()).isEmpty();

    table.locked = false;

    awaitStatus(id, SENT);
  }

  @Test
  void aDatabaseThatIsAwayIsAskedAgain() {
    Sender sender = start();
    table.claimsFail = true;
    UUID id = publish(sender, row("a"));
    await().untilAsserted(() -> assertThat(table.lineClaims.get()).isPositive());

    table.claimsFail = false;

    awaitStatus(id, SENT);
  }

  @Test
  void anotherNodesRowsAreFoundByTheCompensator() {
    Sender gone = Senders.of(table, Map.of("main", transport), settings, OutboxMetrics.NONE);
    List<SendRow> rows = IntStream.range(0, 1_500).mapToObj(i -> row("k" + i % 1_200)).toList();
    table.append(gone.reserve(rows).rows());
    Sender sender = start();

    sender.compensator().run();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(table.count(SENT)).isEqualTo(1_500));
  }

  @Test
  void aHeadThatIsDueSoonIsClaimedThen() {
    Sender sender = start();
    UUID id = publish(sender, List.of(row("a"))).get(0);
    awaitStatus(id, SENT);
    SendRow row = row("b");
    table.append(List.of(new NewRow(row, Duration.ofMillis(300), 0)));

    sender.compensator().run();

    awaitStatus(row.message().id(), SENT);
  }

  @Test
  void aMessageThatMayBeSentOnceOnlyDiesWhenItsClaimEndedInTheDark() {
    Sender sender = start();
    SendRow once = row("a", HeadPolicy.BLOCK, false);
    SendRow behind = row("a");
    Sender gone = Senders.of(table, Map.of("main", transport), settings, OutboxMetrics.NONE);
    table.append(gone.reserve(List.of(once, behind)).rows());
    table.claimElsewhere(once.message().id());
    table.letTimePass();

    sender.compensator().run();

    awaitStatus(once.message().id(), DEAD);
    await().until(sender::isIdle);
    assertThat(transport.sent()).isEmpty();
    assertThat(table.row(behind.message().id()).status).isEqualTo(UNSENT);
  }

  @Test
  void whatAnotherNodeOwnsByNowIsLeftToIt() {
    settings = settings.withBatches(10, 1);
    Sender sender = start();
    transport.answer = message -> null;
    List<UUID> ids = publish(sender, List.of(row("a"), row("a")));
    awaitHandedOver(ids.get(0));
    table.claimElsewhere(ids.get(0));
    int second = table.claimElsewhere(ids.get(1));

    transport.answerAll(NO_TOPIC);

    await().until(sender::isIdle);
    assertThat(table.row(ids.get(1)).claims).isEqualTo(second);
    assertThat(table.row(ids.get(1)).resolved).isZero();
    table.settle(List.of(new Settlement.Sent(ids.get(0), null)));
  }

  @Test
  void aShutdownLetsTheRestOfARunGo() {
    Sender sender = start();
    transport.answer = message -> null;
    List<UUID> ids = publish(sender, List.of(row("a"), row("a")));
    awaitHandedOver(ids.get(0));
    Thread stopping = new Thread(() -> sender.stop(Duration.ofSeconds(5)));
    stopping.start();
    await().until(() -> takesNoMore(sender));
    transport.answerAll(ACKNOWLEDGED);
    await().until(() -> !stopping.isAlive());

    assertThat(table.row(ids.get(0)).status).isEqualTo(SENT);
    assertThat(table.row(ids.get(1)).status).isEqualTo(UNSENT);
    assertThat(table.row(ids.get(1)).due).isLessThanOrEqualTo(System.nanoTime());
    assertThat(transport.sent()).containsExactly(ids.get(0));
  }

  private static boolean takesNoMore(Sender sender) {
    Reservation reservation =
        sender.reserve(List.of(new SendRow(message("topic", "key"), "main", true)));
    reservation.forget();
    return reservation.rows().get(0).claims() == 0;
  }
}
