package io.outbox4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.CloudEvent;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.SendResult.Acknowledged;
import io.outbox4j.spi.SendResult.Rejected;
import io.outbox4j.spi.SendResult.Scope;
import io.outbox4j.spi.SendResult.Unavailable;
import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.server.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link Transport} promises, as tests. A broker's test extends this class and says how
 * to reach the broker; its tests take some minutes, most of them spent on an absent broker.
 *
 * <pre>{@code
 * final class MyTransportIT extends TransportContract {
 *   protected Server broker() { .. }
 *   protected Transport createTransport() { .. }
 *   protected String createDestination() { .. }
 *   protected List<Arrival> read(String destination) { .. }
 * }
 * }</pre>
 *
 * <p>The broker is killed, frozen and started again; it is running at the start of every test. No
 * header has a null as its value: the builder of {@link io.outbox4j.OutboxMessage} takes none.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TransportContract {

  private static final Duration SLACK = Duration.ofSeconds(2);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final int ROOM = 1024;

  private final List<Voyage> voyages = new ArrayList<>();
  private final List<Transport> transports = new ArrayList<>();

  /** The broker. Started, thawed, frozen and killed by the tests, on the same data and port. */
  protected abstract Server broker();

  /**
   * A new transport to the broker, not started, with the send limit of the tests; 5 to 8 s keeps
   * them short. Closed by the tests.
   */
  protected abstract Transport createTransport();

  /** Makes a topic, queue or the like in the running broker, and returns it as messages name it. */
  protected abstract String createDestination();

  /**
   * All that stands in a destination, in the order of arrival as far as there is one, read by the
   * broker's own client. Two calls return the same.
   */
  protected abstract List<Arrival> read(String destination);

  /** A destination that does not exist. */
  protected String missingDestination() {
    return "missing-" + UUID.randomUUID();
  }

  /**
   * Where the broker, as it is configured for the tests, draws its line: the size in bytes of a
   * payload that is just too large when one byte is added, and that fits when {@value #ROOM} bytes
   * are taken away, which leaves room for what brokers count besides. 1 MiB by default.
   */
  protected int largestPayload() {
    return 1 << 20;
  }

  /** Brings the broker back. */
  @BeforeEach
  final void serve() {
    broker().thaw();
    broker().start();
  }

  /** Closes what the test opened, and holds every send of the test to its word. */
  @AfterEach
  final void endVoyages() {
    transports.forEach(Transport::close);
    transports.clear();
    broker().thaw();
    broker().start();
    try {
      voyages.forEach(Voyage::checkExactlyOneResult);
    } finally {
      voyages.clear();
    }
  }

  @Test
  final void everyMessageGetsOneResultAndArrives() {
    String destination = createDestination();
    List<OutgoingMessage> batch = messages(destination, 500);

    Voyage voyage = send(transport(), batch).awaitEnd();

    assertThat(voyage.results()).hasSize(500).allMatch(Acknowledged.class::isInstance);
    assertThat(ids(read(destination))).containsExactlyInAnyOrderElementsOf(idsOf(batch));
  }

  @Test
  final void messagesOfOneKeyArriveInTheOrderOfTheBatch() {
    String destination = createDestination();
    List<OutgoingMessage> batch =
        IntStream.range(0, 1_000)
            .mapToObj(i -> MessageDraft.to(destination).key("key-" + i % 5).build())
            .toList();

    send(transport(), batch).awaitAcknowledged();

    Map<String, List<String>> arrived =
        read(destination).stream()
            .collect(
                Collectors.groupingBy(
                    Arrival::key, Collectors.mapping(Arrival::id, Collectors.toList())));
    for (int k = 0; k < 5; k++) {
      String key = "key-" + k;
      List<String> sent =
          batch.stream().filter(m -> key.equals(m.key())).map(m -> m.id().toString()).toList();
      assertThat(arrived.get(key)).isEqualTo(sent);
    }
  }

  @Test
  final void noMessageIsBlamedForAnother() {
    String destination = createDestination();
    Transport transport = transport();
    List<OutgoingMessage> batch = new ArrayList<>();
    Set<UUID> lost = new HashSet<>();
    Set<UUID> large = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      MessageDraft draft = MessageDraft.to(i % 6 == 2 ? missingDestination() : destination);
      OutgoingMessage message =
          (i % 6 == 4 ? draft.payload(new byte[largestPayload() + 1]) : draft).build();
      (i % 6 == 2 ? lost : i % 6 == 4 ? large : new HashSet<UUID>()).add(message.id());
      batch.add(message);
    }

    Voyage voyage = send(transport, batch).awaitEnd();

    for (OutgoingMessage message : batch) {
      SendResult result = voyage.result(message);
      if (lost.contains(message.id())) {
        assertThat(result)
            .isInstanceOfSatisfying(
                Unavailable.class,
                unavailable -> assertThat(unavailable.scope()).isEqualTo(Scope.DESTINATION));
      } else if (large.contains(message.id())) {
        assertThat(result).isInstanceOf(Rejected.class);
      } else {
        assertThat(result).isInstanceOf(Acknowledged.class);
      }
    }
    assertThat(read(destination)).hasSize(40);
  }

  /** In the middle of a batch, after a batch, and before a transport is used for the first time. */
  @Test
  final void aBrokerThatIsAwayIsUsedOnceItIsThere() {
    String destination = createDestination();
    Transport transport = transport();
    List<OutgoingMessage> before = messages(destination, 20);
    send(transport, before).awaitAcknowledged();

    broker().freeze();
    Voyage during = send(transport, messages(destination, 20));
    during.awaitDeparture();
    broker().kill();
    Voyage after = send(transport, messages(destination, 20));
    Transport late = transport();
    Voyage atStart = send(late, messages(destination, 20));

    List<Voyage> unavailable = List.of(during, after, atStart);
    for (Voyage voyage : unavailable) {
      assertThat(voyage.awaitEnd().results()).allSatisfy(this::isTransportUnavailable);
    }
    broker().start();
    List<OutgoingMessage> again = messages(destination, 20);
    List<OutgoingMessage> first = messages(destination, 20);
    sendUntilAcknowledged(transport, again);
    sendUntilAcknowledged(late, first);
    Set<String> arrived = new HashSet<>(ids(read(destination)));
    assertThat(arrived).containsAll(idsOf(before)).containsAll(idsOf(again));
    assertThat(arrived).containsAll(idsOf(first));
    unavailable.forEach(voyage -> assertThat(voyage.idsKeptBack()).noneMatch(arrived::contains));
  }

  @Test
  final void whatWasAcknowledgedOutlivesAKill() {
    String destination = createDestination();
    Transport transport = transport();
    List<OutgoingMessage> all = messages(destination, 10_000);
    List<Voyage> sent = new ArrayList<>();
    for (int from = 0; from < all.size(); from += 500) {
      sent.add(send(transport, all.subList(from, from + 500)));
      if (from == 4_500) {
        await().atMost(RECOVERY).until(() -> count(sent, Acknowledged.class) > 0);
        broker().kill();
      }
    }
    sent.forEach(Voyage::awaitEnd);
    broker().start();

    Set<String> arrived = new HashSet<>(ids(read(destination)));

    Set<String> acknowledged = new HashSet<>();
    sent.forEach(voyage -> acknowledged.addAll(voyage.idsWith(Acknowledged.class)));
    assertThat(acknowledged).isNotEmpty();
    assertThat(count(sent, Unavailable.class)).isPositive();
    assertThat(count(sent, Rejected.class)).isZero();
    assertThat(arrived).containsAll(acknowledged);
    sent.forEach(voyage -> assertThat(voyage.idsKeptBack()).noneMatch(arrived::contains));

    sendUntilAcknowledged(
        transport, all.stream().filter(m -> !acknowledged.contains(m.id().toString())).toList());
    assertThat(new HashSet<>(ids(read(destination)))).hasSize(all.size());
  }

  @Test
  final void aFrozenBrokerHoldsNoThreadAndItsLateWordsAreHarmless() {
    String destination = createDestination();
    Transport transport = transport();
    send(transport, messages(destination, 5)).awaitAcknowledged();
    broker().freeze();
    List<OutgoingMessage> batch = messages(destination, 50);

    Voyage voyage = send(transport, batch).awaitEnd();

    assertThat(voyage.results()).allSatisfy(this::isTransportUnavailable);
    broker().thaw();
    List<OutgoingMessage> after = messages(destination, 5);
    sendUntilAcknowledged(transport, after);
    Set<String> arrived = new HashSet<>(ids(read(destination)));
    assertThat(arrived).containsAll(idsOf(after));
    assertThat(voyage.idsKeptBack()).noneMatch(arrived::contains);
  }

  @Test
  final void closingDuringASendGivesEveryMessageItsResult() {
    String destination = createDestination();
    Transport transport = transport();
    send(transport, messages(destination, 5)).awaitAcknowledged();
    broker().freeze();
    Voyage voyage = send(transport, messages(destination, 50));
    voyage.awaitDeparture();

    transport.close();

    voyage.awaitEndSoon(SLACK);
    assertThat(voyage.results()).allSatisfy(this::isTransportUnavailable);
  }

  @Test
  final void aClosedTransportRefusesEveryMessage() {
    Transport transport = transport();
    transport.close();

    Voyage voyage = send(transport, messages(missingDestination(), 3));

    voyage.awaitEndSoon(SLACK);
    assertThat(voyage.results()).allSatisfy(this::isTransportUnavailable);
  }

  @Test
  final void severalThreadsSendAtOnce() {
    String destination = createDestination();
    Transport transport = transport();
    List<Voyage> sent =
        IntStream.range(0, 8).mapToObj(i -> send(transport, messages(destination, 200))).toList();

    sent.forEach(Voyage::awaitAcknowledged);

    assertThat(new HashSet<>(ids(read(destination)))).hasSize(1_600);
  }

  @Test
  final void headersArriveUnchanged() {
    String destination = createDestination();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("plain", "value");
    headers.put("empty", "");
    headers.put("umlaut", "Grüße aus Köln");
    headers.put("wide", "订单 🧾 \u00e9\u0301");
    headers.put("spaces", "  two  ");

    MessageDraft draft = MessageDraft.to(destination).headers(headers);
    send(transport(), List.of(draft.build())).awaitAcknowledged();

    assertThat(read(destination)).singleElement().extracting(Arrival::headers).isEqualTo(headers);
  }

  @Test
  final void payloadsArriveUnchanged() {
    String destination = createDestination();
    byte[] large = new byte[64 << 10];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) i;
    }
    List<byte[]> payloads =
        Arrays.asList(new byte[0], null, large, "\u0000\r\n🧾".getBytes(UTF_8), new byte[] {-1});
    List<OutgoingMessage> batch =
        payloads.stream()
            .map(bytes -> MessageDraft.to(destination).payload(bytes).build())
            .toList();

    send(transport(), batch).awaitAcknowledged();

    Map<String, Arrival> arrived =
        read(destination).stream().collect(Collectors.toMap(Arrival::id, arrival -> arrival));
    for (OutgoingMessage message : batch) {
      assertThat(arrived)
          .hasEntrySatisfying(
              message.id().toString(),
              arrival -> assertThat(arrival.payload()).isEqualTo(message.payload()));
    }
  }

  @Test
  final void aPayloadArrivesUpToTheBrokersLimitAndIsRejectedBeyond() {
    String destination = createDestination();
    byte[] fits = new byte[largestPayload() - ROOM];
    // What can be compressed would be smaller than it is.
    new Random(1).nextBytes(fits);
    OutgoingMessage under = MessageDraft.to(destination).payload(fits).build();
    byte[] tooMuch = new byte[largestPayload() + 1];
    OutgoingMessage over = MessageDraft.to(destination).payload(tooMuch).build();

    Voyage voyage = send(transport(), List.of(under, over)).awaitEnd();

    assertThat(voyage.result(under)).isInstanceOf(Acknowledged.class);
    assertThat(voyage.result(over)).isInstanceOf(Rejected.class);
    assertThat(read(destination)).singleElement().extracting(Arrival::payload).isEqualTo(fits);
  }

  @Test
  final void keysArriveUnchanged() {
    String destination = createDestination();
    List<String> keys =
        new ArrayList<>(
            Arrays.asList(
                null, "", " ", "A", "a", "ключ", "🧾", "\u0000", "a\r\nb", "é", "e\u0301",
                "\uFEFF"));
    keys.addAll(textOfAllPlanes());
    Transport transport = transport();
    List<OutgoingMessage> batch =
        new ArrayList<>(
            keys.stream().map(key -> MessageDraft.to(destination).key(key).build()).toList());
    IntStream.range(0, ' ')
        .mapToObj(control -> MessageDraft.to(destination).key("a" + (char) control).build())
        .filter(message -> isAccepted(transport, message))
        .forEach(batch::add);

    send(transport, batch).awaitAcknowledged();

    assertThat(read(destination))
        .extracting(Arrival::key)
        .containsExactlyInAnyOrderElementsOf(batch.stream().map(OutgoingMessage::key).toList());
  }

  @Test
  final void attributesOfCloudEventsAreOnTheWire() {
    String destination = createDestination();
    OutgoingMessage full = MessageDraft.to(destination).businessId("Bestellung Ä-1").build();
    OutgoingMessage bare = MessageDraft.to(destination).payload(null).build();

    send(transport(), List.of(full, bare)).awaitAcknowledged();

    Map<String, String> ofFull = new LinkedHashMap<>(CloudEvent.attributes(full));
    ofFull.put(Arrival.CONTENT_TYPE, full.contentType());
    assertThat(read(destination))
        .extracting(Arrival::attributes)
        .containsExactlyInAnyOrder(ofFull, CloudEvent.attributes(bare));
  }

  private Transport transport() {
    Transport transport = createTransport();
    transports.add(transport);
    transport.start();
    return transport;
  }

  private Voyage send(Transport transport, List<OutgoingMessage> batch) {
    Voyage voyage = Voyage.start(transport, batch, transport.sendLimit().plus(SLACK));
    voyages.add(voyage);
    return voyage;
  }

  private void sendUntilAcknowledged(Transport transport, List<OutgoingMessage> batch) {
    List<OutgoingMessage> rest = new ArrayList<>(batch);
    await()
        .atMost(RECOVERY)
        .until(
            () -> {
              Voyage voyage = send(transport, List.copyOf(rest)).awaitEnd();
              rest.removeIf(m -> voyage.result(m) instanceof Acknowledged);
              return rest.isEmpty();
            });
  }

  private static List<OutgoingMessage> messages(String destination, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> MessageDraft.to(destination).key("key-" + i % 10).build())
        .toList();
  }

  /** A broker's protocol may have no place for a control character; then publish refuses it. */
  private static boolean isAccepted(Transport transport, OutgoingMessage message) {
    try {
      transport.vet(message);
      return true;
    } catch (MessageRefusedException e) {
      return false;
    }
  }

  /** ASCII from the blank on, and one in 997 of the other characters that Unicode has room for. */
  private static List<String> textOfAllPlanes() {
    IntStream ascii = IntStream.range(' ', 128);
    IntStream others =
        IntStream.iterate(128, point -> point <= Character.MAX_CODE_POINT, point -> point + 997);
    List<String> characters =
        IntStream.concat(ascii, others)
            .filter(point -> Character.getType(point) != Character.SURROGATE)
            .mapToObj(Character::toString)
            .toList();
    return IntStream.range(0, characters.size() / 20)
        .mapToObj(i -> String.join("", characters.subList(i * 20, i * 20 + 20)))
        .toList();
  }

  private static List<String> ids(List<Arrival> arrivals) {
    return arrivals.stream().map(Arrival::id).toList();
  }

  private static List<String> idsOf(List<OutgoingMessage> batch) {
    return batch.stream().map(message -> message.id().toString()).toList();
  }

  private static long count(List<Voyage> sent, Class<? extends SendResult> kind) {
    return sent.stream().mapToLong(voyage -> voyage.idsWith(kind).size()).sum();
  }

  private void isTransportUnavailable(SendResult result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> assertThat(unavailable.scope()).isEqualTo(Scope.TRANSPORT));
  }
}
