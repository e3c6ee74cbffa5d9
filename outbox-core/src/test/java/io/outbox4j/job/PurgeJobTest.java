package io.outbox4j.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outbox4j.PurgeSettings;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.SendStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PurgeJobTest {

  private static final Duration RETENTION = Duration.ofDays(30);
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<String> counted = new ArrayList<>();
  private final OutboxMetrics metrics =
      new OutboxMetrics() {
        @Override
        public void purged(String table, int count) {
          counted.add(table + " " + count);
        }
      };

  @BeforeEach
  void listen() {
    logger().setLevel(Level.INFO);
    log.start();
    logger().addAppender(log);
    logger().setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    Thread.interrupted();
    logger().detachAppender(log);
    logger().setAdditive(true);
    logger().setLevel(null);
  }

  @Test
  void deletesFullBatchesUntilOneIsShort() {
    Rows rows = new Rows(10, 10, 3, 10);

    assertThat(job(rows, Duration.ZERO).run()).isEqualTo(INTERVAL);

    assertThat(rows.calls).containsExactly("PT720H 10", "PT720H 10", "PT720H 10");
    assertThat(counted)
        .containsExactly("message_consume 10", "message_consume 10", "message_consume 3");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("Purged 23 rows older than PT720H from message_consume");
  }

  @Test
  void sentRowsHaveTheirOwnRetention() {
    List<String> calls = new ArrayList<>();

    PurgeJob.ofSent(sendStore(calls), settings(), metrics).run();

    assertThat(calls).containsExactly("purge PT168H 10");
    assertThat(counted).containsExactly("message_send 3");
  }

  @Test
  void saysNothingWhenThereIsNothing() {
    job(new Rows(0), Duration.ZERO).run();

    assertThat(counted).isEmpty();
    assertThat(log.list).isEmpty();
  }

  @Test
  void pausesBetweenBatchesOnly() {
    long begin = System.nanoTime();

    job(new Rows(10, 10, 0), Duration.ofMillis(20)).run();

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(40), Duration.ofSeconds(10));

    job(new Rows(3), Duration.ofHours(1)).run();
  }

  @Test
  void interruptEndsItAndStays() {
    Rows rows = new Rows(10, 10, 0);
    Thread.currentThread().interrupt();

    job(rows, Duration.ofHours(1)).run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(rows.calls).hasSize(1);
    assertThat(log.list).hasSize(1);
  }

  @Test
  void interruptEndsItWithoutPausesToo() {
    Rows rows = new Rows(10, 10, 0);
    Thread.currentThread().interrupt();

    job(rows, Duration.ZERO).run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(rows.calls).hasSize(1);
  }

  @Test
  void failurePassesOnAndWhatWasDeletedIsSaid() {
    assertThatThrownBy(() -> job(new Rows(10, -1), Duration.ZERO).run())
        .isInstanceOf(IllegalStateException.class);

    assertThat(log.list).hasSize(1);
  }

  @Test
  void namesAreUniqueAndIntervalIsTheSetting() {
    PurgeJob consumed = job(new Rows(), Duration.ZERO);
    PurgeJob sent = PurgeJob.ofSent(sendStore(new ArrayList<>()), settings(), metrics);

    assertThat(consumed.name()).isEqualTo("purge-message-consume");
    assertThat(sent.name()).isEqualTo("purge-message-send");
    assertThat(consumed.interval()).isEqualTo(INTERVAL);
  }

  private PurgeJob job(Rows rows, Duration pause) {
    PurgeSettings settings = new PurgeSettings(Duration.ofDays(7), RETENTION, INTERVAL, 10, pause);
    return PurgeJob.ofConsumed(rows, settings, metrics);
  }

  private static PurgeSettings settings() {
    return new PurgeSettings(Duration.ofDays(7), RETENTION, INTERVAL, 10, Duration.ZERO);
  }

  /** Purges three rows. */
  private static SendStore sendStore(List<String> calls) {
    return (SendStore)
        Proxy.newProxyInstance(
            SendStore.class.getClassLoader(),
            new Class<?>[] {SendStore.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName() + " " + arguments[0] + " " + arguments[1]);
              return 3;
            });
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(PurgeJob.class);
  }

  /** A store whose batches have these sizes; -1 fails. */
  private static final class Rows implements ConsumeStore {

    final List<String> calls = new ArrayList<>();
    private final Deque<Integer> batches = new ArrayDeque<>();

    Rows(int... sizes) {
      for (int size : sizes) {
        batches.add(size);
      }
    }

    @Override
    public int purge(Duration olderThan, int limit) {
      calls.add(olderThan + " " + limit);
      int size = batches.remove();
      if (size < 0) {
        throw new IllegalStateException();
      }
      return size;
    }

    @Override
    public Admission admit(ReceivedMessage message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void recordFailure(ReceivedMessage message, String error) {
      throw new UnsupportedOperationException();
    }
  }
}
