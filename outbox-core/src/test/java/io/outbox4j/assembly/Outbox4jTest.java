package io.outbox4j.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outbox4j.ConfigurationException;
import io.outbox4j.Inbox.Outcome;
import io.outbox4j.OutboxMessage;
import io.outbox4j.PurgeSettings;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.SendSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.TableSettings.Initialize;
import io.outbox4j.spi.Job;
import io.outbox4j.spi.JobScheduler;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendResult;
import io.outbox4j.spi.Transport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

final class Outbox4jTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final JdbcConnectionPool dataSource =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
  private final JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
  private final TransactionTemplate transactions = new TransactionTemplate(manager);
  private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
  private final Arrivals arrivals = new Arrivals();

  /** Acknowledges everything. */
  private static final class Arrivals implements Transport {

    final List<OutgoingMessage> messages = new CopyOnWriteArrayList<>();
    boolean closed;

    @Override
    public void send(List<OutgoingMessage> batch, BiConsumer<OutgoingMessage, SendResult> results) {
      messages.addAll(batch);
      batch.forEach(message -> results.accept(message, SendResult.acknowledged("here")));
    }

    @Override
    public Duration sendLimit() {
      return Duration.ofSeconds(5);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Runs nothing. */
  private static final class Idle implements JobScheduler {

    final List<Job> jobs = new CopyOnWriteArrayList<>();

    @Override
    public void start(Collection<Job> more) {
      jobs.addAll(more);
    }

    @Override
    public void stop(Duration limit) {}
  }

  @AfterEach
  void dispose() {
    dataSource.dispose();
  }

  private Outbox4j.Builder builder() {
    return Outbox4j.builder(dataSource, manager).application("orders").transport("test", arrivals);
  }

  @Test
  void aCommittedMessageArrivesAndARolledBackOneDoesNot() {
    try (Outbox4j outbox4j = builder().build()) {
      outbox4j.start();
      OutboxMessage message =
          OutboxMessage.to("orders")
              .key("k")
              .businessId("b")
              .header("a", "ü=&")
              .payload("p")
              .build();
      UUID id = transactions.execute(tx -> outbox4j.outbox().publish(message));
      transactions.executeWithoutResult(
          tx -> {
            outbox4j.outbox().publish(OutboxMessage.to("orders").payload("no").build());
            tx.setRollbackOnly();
          });
      assertThat(outbox4j.drain(LIMIT)).isTrue();
      OutgoingMessage arrived = arrivals.messages.get(0);
      assertThat(arrivals.messages).hasSize(1);
      assertThat(arrived.id()).isEqualTo(id);
      assertThat(arrived.payload()).asString().isEqualTo("p");
      assertThat(arrived.headers()).containsEntry("a", "ü=&");
      assertThat(arrived.source()).isEqualTo("orders");
      assertThat(jdbc.queryForMap("SELECT status, claims, place FROM message_send"))
          .containsEntry("STATUS", 1)
          .containsEntry("CLAIMS", 1)
          .containsEntry("PLACE", "here");
    }
    assertThat(arrivals.closed).isTrue();
  }

  @Test
  void whatHasNoRoomArrivesByTheTableUnchanged() {
    SendSettings small = SendSettings.ofDefaults().withRoom(1, 1_000).withBatches(1, 1);
    try (Outbox4j outbox4j = builder().send(small).build()) {
      outbox4j.start();
      transactions.executeWithoutResult(
          tx -> {
            for (int i = 0; i < 50; i++) {
              outbox4j.outbox().publish(OutboxMessage.to("orders").payload("p" + i).build());
            }
          });
      assertThat(outbox4j.drain(LIMIT)).isTrue();
      assertThat(arrivals.messages)
          .extracting(message -> new String(message.payload(), UTF_8))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 50).mapToObj(i -> "p" + i).toList());
      assertThat(
              jdbc.queryForObject("SELECT count(*) FROM message_send WHERE status = 1", Long.class))
          .isEqualTo(50);
    }
  }

  @Test
  void whatAHandlerPublishesJoinsItsTransaction() throws Exception {
    try (Outbox4j outbox4j = builder().build()) {
      outbox4j.start();
      ReceivedMessage received = ReceivedMessage.of("g", "s", "1").topic("in").build();
      assertThatThrownBy(
              () ->
                  outbox4j
                      .inbox()
                      .process(
                          received,
                          message -> {
                            outbox4j.outbox().publish(OutboxMessage.to("out").build());
                            throw new IllegalStateException("no");
                          }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(jdbc.queryForObject("SELECT count(*) FROM message_send", Long.class)).isZero();
      assertThat(
              outbox4j
                  .inbox()
                  .process(
                      received,
                      message -> outbox4j.outbox().publish(OutboxMessage.to("out").build())))
          .isEqualTo(Outcome.CONSUMED);
      assertThat(outbox4j.inbox().process(received, message -> {})).isEqualTo(Outcome.DUPLICATE);
      assertThat(outbox4j.drain(LIMIT)).isTrue();
      assertThat(arrivals.messages).hasSize(1);
    }
  }

  @Test
  void whatIsLeftAtTheEndIsSentByTheNextStart() {
    Outbox4j first = builder().build();
    first.start();
    first.close();
    transactions.executeWithoutResult(
        tx -> first.outbox().publish(OutboxMessage.to("orders").build()));
    assertThat(arrivals.messages).isEmpty();
    try (Outbox4j second = builder().build()) {
      second.start();
      assertThat(second.drain(LIMIT)).isTrue();
    }
    assertThat(arrivals.messages).hasSize(1);
  }

  @Test
  void everyProblemIsNamedAtOnceAndNothingStarts() {
    SendSettings tooShort =
        SendSettings.ofDefaults().withGrace(Duration.ofSeconds(9)).withLease(Duration.ofSeconds(9));
    Outbox4j outbox4j =
        builder()
            .send(tooShort)
            .tables(TableSettings.ofDefaults().withInitialize(Initialize.NEVER))
            .build();
    assertThatThrownBy(outbox4j::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("outbox.send.grace")
        .hasMessageContaining("outbox.send.lease")
        .hasMessageContaining("message_send");
    outbox4j.close();
  }

  @Test
  void metricsThatFailHarmNothing() {
    OutboxMetrics broken =
        new OutboxMetrics() {
          @Override
          public void published(String transport, int count) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void sent(String transport, int count) {
            throw new IllegalStateException("broken");
          }
        };
    try (Outbox4j outbox4j = builder().metrics(broken).build()) {
      outbox4j.start();
      transactions.executeWithoutResult(
          tx -> outbox4j.outbox().publish(OutboxMessage.to("orders").build()));
      assertThat(outbox4j.drain(LIMIT)).isTrue();
    }
  }

  @Test
  void theDdlThatIsPrintedIsTheOneThatIsNeeded() {
    TableSettings tables = new TableSettings(null, "msg_out", "msg_in", Initialize.NEVER);
    try (Outbox4j outbox4j = builder().tables(tables).build()) {
      for (String statement : outbox4j.ddl().split(";", -1)) {
        if (!statement.isBlank()) {
          jdbc.execute(statement);
        }
      }
      outbox4j.start();
      transactions.executeWithoutResult(
          tx -> outbox4j.outbox().publish(OutboxMessage.to("orders").build()));
      assertThat(outbox4j.drain(LIMIT)).isTrue();
      assertThat(jdbc.queryForObject("SELECT count(*) FROM msg_out", Long.class)).isEqualTo(1);
    }
  }

  @Test
  void aStartThatFailedCanBeTriedAgain() {
    TableSettings noTables = new TableSettings(null, "late_send", "late_consume", Initialize.NEVER);
    try (Outbox4j outbox4j = builder().tables(noTables).build()) {
      assertThatThrownBy(outbox4j::start).isInstanceOf(ConfigurationException.class);
      for (String statement : outbox4j.ddl().split(";", -1)) {
        if (!statement.isBlank()) {
          jdbc.execute(statement);
        }
      }
      outbox4j.start();
      transactions.executeWithoutResult(
          tx -> outbox4j.outbox().publish(OutboxMessage.to("orders").build()));
      assertThat(outbox4j.drain(LIMIT)).isTrue();
    }
  }

  @Test
  void anOutboxWithoutATransportIsRefused() {
    assertThatThrownBy(() -> Outbox4j.builder(dataSource, manager).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("transport");
  }

  @Test
  void theJobsAreCompensateAndOnePurgePerTable() {
    Idle scheduler = new Idle();
    try (Outbox4j outbox4j = builder().scheduler(scheduler).build()) {
      assertThat(scheduler.jobs).as("before the start").isEmpty();
      outbox4j.start();
    }
    assertThat(scheduler.jobs)
        .extracting(Job::name)
        .containsExactlyInAnyOrder("compensate", "purge-message-send", "purge-message-consume");
  }

  @Test
  void consumedRowsGoByThemselvesAfterTheirRetentionAndFailedOnesStay() {
    PurgeSettings often =
        new PurgeSettings(
            Duration.ofDays(7), Duration.ofDays(30), Duration.ofMillis(20), 10, Duration.ZERO);
    try (Outbox4j outbox4j = builder().purge(often).build()) {
      outbox4j.start();
      assertThat(outbox4j.inbox().process(received("old"), message -> {}))
          .isEqualTo(Outcome.CONSUMED);
      assertThatThrownBy(
              () ->
                  outbox4j
                      .inbox()
                      .process(
                          received("failed"),
                          message -> {
                            throw new IllegalStateException("no");
                          }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(outbox4j.inbox().process(received("young"), message -> {}))
          .isEqualTo(Outcome.CONSUMED);
      jdbc.update(
          """
          UPDATE message_consume SET created_at = created_at - INTERVAL '31' DAY,
                 consumed_at = consumed_at - INTERVAL '31' DAY,
                 first_failed_at = first_failed_at - INTERVAL '31' DAY,
                 last_failed_at = last_failed_at - INTERVAL '31' DAY
           WHERE message_id <> 'young'""");
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          jdbc.queryForList("SELECT message_id FROM message_consume", String.class))
                      .containsExactlyInAnyOrder("failed", "young"));
    }
  }

  private static ReceivedMessage received(String id) {
    return ReceivedMessage.of("g", "s", id).topic("in").build();
  }
}
