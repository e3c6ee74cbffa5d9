package io.outbox4j.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.outbox4j.ConfigurationException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.Safety;
import io.outbox4j.SendSettings;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.RoutedTopics;
import io.outbox4j.spi.SafetyReport;
import io.outbox4j.spi.SafetyReport.Finding;
import io.outbox4j.spi.SafetyReport.Unseen;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What follows from what transports see of their brokers. */
final class SafetyTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final URI MANUAL = URI.create("https://example.org/manual");

  private final JdbcConnectionPool dataSource =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
  private final JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
  private final Lines lines = new Lines();

  /** The name of each test's transport, so that lines of an earlier test are nobody's. */
  private final String transportName = "t" + UUID.randomUUID();

  private final class Lines extends AppenderBase<ILoggingEvent> {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Safety.class);
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    List<String> of(Level level) {
      return events.stream()
          .filter(event -> event.getLevel() == level)
          .map(ILoggingEvent::getFormattedMessage)
          .filter(line -> line.contains(transportName))
          .toList();
    }
  }

  /** Sees what it is told to. */
  private static final class Seeing implements Transport {

    private final Function<RoutedTopics, SafetyReport> look;
    private final Duration sendLimit;
    final List<RoutedTopics> looks = new CopyOnWriteArrayList<>();

    Seeing(Duration sendLimit, Function<RoutedTopics, SafetyReport> look) {
      this.sendLimit = sendLimit;
      this.look = look;
    }

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      batch.forEach(message -> results.accept(message, SendResult.acknowledged(null)));
    }

    @Override
    public Duration sendLimit() {
      return sendLimit;
    }

    @Override
    public SafetyReport inspect(RoutedTopics topics) {
      looks.add(topics);
      return look.apply(topics);
    }
  }

  @BeforeEach
  void listen() {
    lines.logger.setLevel(Level.INFO);
    lines.setContext(lines.logger.getLoggerContext());
    lines.start();
    lines.logger.addAppender(lines);
  }

  @AfterEach
  void dispose() {
    lines.logger.detachAppender(lines);
    dataSource.dispose();
  }

  private Outbox4j.Builder builder(Transport transport) {
    return Outbox4j.builder(dataSource, manager).transport(transportName, transport);
  }

  private static Seeing seeing(SafetyReport report) {
    return new Seeing(Duration.ofSeconds(5), topics -> report);
  }

  private static Finding finding(String topic, String problem) {
    return new Finding(topic, problem, "set it to 3", MANUAL);
  }

  @Test
  void byDefaultEachFindingIsALineForAllItsSubjects() {
    SafetyReport report =
        new SafetyReport(
            List.of(
                finding("orders", "one replica"),
                finding("points", "two replicas"),
                finding("audit", "one replica")),
            List.of());
    try (Outbox4j outbox4j = builder(seeing(report)).build()) {
      outbox4j.start();

      await().atMost(LIMIT).until(() -> lines.of(Level.WARN).size() == 2);
      assertThat(lines.of(Level.WARN))
          .containsExactly(
              "Transport '%s': one replica [orders, audit]: set it to 3, see %s"
                  .formatted(transportName, MANUAL),
              "Transport '%s': two replicas [points]: set it to 3, see %s"
                  .formatted(transportName, MANUAL));
    }
  }

  @Test
  void aLineNamesFiftySubjectsAtMost() {
    SafetyReport report =
        new SafetyReport(
            IntStream.range(0, 60).mapToObj(i -> finding("topic" + i, "one replica")).toList(),
            List.of());
    try (Outbox4j outbox4j = builder(seeing(report)).build()) {
      outbox4j.start();

      await().atMost(LIMIT).until(() -> !lines.of(Level.WARN).isEmpty());
      assertThat(lines.of(Level.WARN)).hasSize(1);
      assertThat(lines.of(Level.WARN).get(0))
          .contains("topic49] and 10 more")
          .doesNotContain("topic50");
    }
  }

  @Test
  void failRefusesTheStartWithAllFindings() {
    Seeing transport =
        seeing(
            new SafetyReport(
                List.of(finding("orders", "one replica"), finding("orders", "no quorum")),
                List.of()));
    Outbox4j outbox4j = builder(transport).safety(Safety.FAIL).build();

    assertThatThrownBy(outbox4j::start)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "outbox.safety is fail, and transport '%s': one replica [orders]: set it to 3, see %s"
                            .formatted(transportName, MANUAL),
                        "outbox.safety is fail, and transport '%s': no quorum [orders]: set it to 3, see %s"
                            .formatted(transportName, MANUAL)));
    outbox4j.close();
  }

  @Test
  void aStartThatWasRefusedCanBeTriedAgain() {
    List<SafetyReport> reports = new CopyOnWriteArrayList<>();
    reports.add(new SafetyReport(List.of(finding("orders", "one replica")), List.of()));
    reports.add(SafetyReport.EMPTY);
    Seeing transport = new Seeing(Duration.ofSeconds(5), topics -> reports.remove(0));
    try (Outbox4j outbox4j = builder(transport).safety(Safety.FAIL).build()) {
      assertThatThrownBy(outbox4j::start).isInstanceOf(ConfigurationException.class);

      outbox4j.start();
      assertSends(outbox4j);
    }
  }

  @Test
  void offLetsNobodyLook() {
    Seeing transport =
        seeing(new SafetyReport(List.of(finding("orders", "one replica")), List.of()));
    try (Outbox4j outbox4j = builder(transport).safety(Safety.OFF).build()) {
      outbox4j.start();
      assertSends(outbox4j);
    }
    assertThat(transport.looks).isEmpty();
    assertThat(lines.of(Level.WARN)).isEmpty();
  }

  @Test
  void aBrokerThatIsAwayStopsNoStartAndIsOneLine() {
    SafetyReport away = SafetyReport.unseen("all", "the broker does not answer");
    try (Outbox4j outbox4j = builder(seeing(away)).safety(Safety.FAIL).build()) {
      outbox4j.start();

      assertThat(lines.of(Level.WARN)).hasSize(1);
      assertThat(lines.of(Level.WARN).get(0)).endsWith("[all]: the broker does not answer");
      assertSends(outbox4j);
    }
    lines.events.clear();
    try (Outbox4j outbox4j = builder(seeing(away)).build()) {
      outbox4j.start();

      await().atMost(LIMIT).until(() -> !lines.of(Level.INFO).isEmpty());
      assertThat(lines.of(Level.WARN)).isEmpty();
    }
  }

  @Test
  void whatCanNotBeSeenIsGroupedByItsReason() {
    SafetyReport report =
        new SafetyReport(
            List.of(),
            List.of(new Unseen("orders", "no access"), new Unseen("points", "no access")));
    try (Outbox4j outbox4j = builder(seeing(report)).build()) {
      outbox4j.start();

      await().atMost(LIMIT).until(() -> !lines.of(Level.INFO).isEmpty());
      assertThat(lines.of(Level.INFO)).hasSize(1);
      assertThat(lines.of(Level.INFO).get(0)).endsWith("[orders, points]: no access");
    }
  }

  @Test
  void aLookThatThrowsIsToldByItsClassAlone() {
    for (Throwable error :
        List.of(new IllegalStateException("4711"), new NoSuchMethodError("4711"))) {
      Seeing transport =
          new Seeing(
              Duration.ofSeconds(5),
              topics -> {
                if (error instanceof Error thrown) {
                  throw thrown;
                }
                throw (RuntimeException) error;
              });
      lines.events.clear();
      try (Outbox4j outbox4j = builder(transport).safety(Safety.FAIL).build()) {
        outbox4j.start();

        assertThat(lines.of(Level.WARN)).hasSize(1);
        assertThat(lines.of(Level.WARN).get(0))
            .contains(error.getClass().getName())
            .doesNotContain("4711");
        assertSends(outbox4j);
      }
      try (Outbox4j outbox4j = builder(transport).build()) {
        outbox4j.start();

        await().atMost(LIMIT).until(() -> !lines.of(Level.INFO).isEmpty());
        assertThat(lines.of(Level.INFO).get(0)).endsWith(error.getClass().getName());
      }
    }
  }

  @Test
  void aLookThatHangsDelaysNoStartByDefaultAndEndsWithTheOutbox() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Seeing transport = hanging(Duration.ofSeconds(5), begun, interrupted);
    try (Outbox4j outbox4j = builder(transport).build()) {
      outbox4j.start();
      assertSends(outbox4j);
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(interrupted.getCount()).isEqualTo(1);
    }
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(lines.of(Level.INFO)).as("nothing is said after the end").isEmpty();
  }

  @Test
  void failWaitsForTheSendLimitAndNoLonger() {
    Seeing transport =
        hanging(Duration.ofMillis(300), new CountDownLatch(1), new CountDownLatch(1));
    try (Outbox4j outbox4j =
        builder(transport).send(SendSettings.ofDefaults()).safety(Safety.FAIL).build()) {
      long begin = System.nanoTime();
      outbox4j.start();

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(300), LIMIT);
      assertThat(lines.of(Level.WARN)).hasSize(1);
      assertThat(lines.of(Level.WARN).get(0)).endsWith("no answer within the send limit");
    }
  }

  @Test
  void aTransportIsToldWhatIsRoutedToIt() {
    Seeing transport = seeing(SafetyReport.EMPTY);
    Seeing other = seeing(SafetyReport.EMPTY);
    try (Outbox4j outbox4j =
        builder(transport)
            .transport("other", other)
            .route("orders", transportName)
            .route("audit.*", transportName)
            .route("*", "other")
            .safety(Safety.FAIL)
            .build()) {
      outbox4j.start();
    }
    assertThat(transport.looks).hasSize(1);
    assertThat(transport.looks.get(0).names()).containsExactly("orders");
    assertThat(transport.looks.get(0).families()).containsExactly("audit.*");
    assertThat(transport.looks.get(0).areOpen()).isFalse();
    assertThat(other.looks.get(0).names()).isEmpty();
    assertThat(other.looks.get(0).families()).isEmpty();
    assertThat(other.looks.get(0).areOpen()).isTrue();
    assertThat(new RoutedTopics(List.of()).areOpen()).isTrue();
  }

  @Test
  void aTransportOfOnesOwnNeedNotLook() {
    Transport plain =
        new Transport() {
          @Override
          public void send(
              List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
            batch.forEach(message -> results.accept(message, SendResult.acknowledged(null)));
          }

          @Override
          public Duration sendLimit() {
            return Duration.ofSeconds(5);
          }
        };
    try (Outbox4j outbox4j = builder(plain).safety(Safety.FAIL).build()) {
      outbox4j.start();
      assertSends(outbox4j);
    }
    assertThat(lines.of(Level.WARN)).isEmpty();
  }

  private static Seeing hanging(
      Duration sendLimit, CountDownLatch begun, CountDownLatch interrupted) {
    return new Seeing(
        sendLimit,
        topics -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return SafetyReport.unseen("all", "interrupted");
        });
  }

  private void assertSends(Outbox4j outbox4j) {
    new TransactionTemplate(manager)
        .executeWithoutResult(
            tx ->
                outbox4j
                    .outbox()
                    .publish(
                        OutboxMessage.to("orders").transport(transportName).payload("p").build()));
    assertThat(outbox4j.drain(LIMIT)).isTrue();
  }
}
