package io.outbox4j.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.InboxSettings;
import io.outbox4j.PurgeSettings;
import io.outbox4j.TableSettings;
import io.outbox4j.job.PurgeJob;
import io.outbox4j.spi.OutboxMetrics;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A purge costs statements by its batches, not by its rows: here they are counted. */
class PurgeStatementsTest {

  private static final String APPLICATION = "shop";
  private static final int BATCH = 500;
  private static final int OLD = 6 * BATCH;

  /** How many ids the walk looks at with one statement. */
  private static final int STEPS = 1_000;

  private final AtomicInteger statements = new AtomicInteger();
  private IntConsumer beforeStatement = count -> {};
  private final CountedDataSource database = new CountedDataSource();
  private final JdbcTemplate plain = new JdbcTemplate(database.getTargetDataSource());
  private final Dialect dialect = Dialect.of(database, Clock.systemUTC());
  private final PurgeSettings settings =
      new PurgeSettings(
          Duration.ofDays(7), Duration.ofDays(30), Duration.ofMinutes(10), BATCH, Duration.ZERO);

  @BeforeEach
  void createTables() {
    new Schema(database, dialect, TableSettings.ofDefaults()).create();
    statements.set(0);
  }

  @Test
  void aRoundOverSentRowsAsksLooksAndDeletesOncePerBatch() {
    insertSendRows(1, OLD, 1);

    purgeSent();

    assertThat(count("message_send")).isZero();
    assertThat(statements.get()).isLessThanOrEqualTo(3 * (OLD / BATCH + 1) + 1);
  }

  /** Looking at them again for each batch would cost ten statements more each time. */
  @Test
  void rowsThatStayAreLookedAtOnceInARound() {
    int unsent = 10 * STEPS;
    insertSendRows(1, unsent, 0);
    insertSendRows(1 + unsent, OLD, 1);

    purgeSent();

    assertThat(count("message_send")).isEqualTo(unsent);
    assertThat(statements.get()).isLessThanOrEqualTo(3 * (OLD / BATCH + 1) + 1 + unsent / STEPS);
  }

  @Test
  void aRoundOverConsumedRowsIsOneStatementPerBatch() {
    plain.update(
        """
        INSERT INTO message_consume (consumer_group, source, message_id, status, attempts,
                                     application, topic, created_at, consumed_at)
        SELECT 'group', 'source', x, 1, 0, ?, 'orders',
               TIMESTAMP '2000-01-01 00:00:00', TIMESTAMP '2000-01-01 00:00:00'
          FROM system_range(1, ?)""",
        APPLICATION,
        OLD);

    PurgeJob.ofConsumed(
            new JdbcConsumeStore(
                database,
                dialect,
                TableSettings.ofDefaults(),
                APPLICATION,
                InboxSettings.ofDefaults()),
            settings,
            OutboxMetrics.NONE)
        .run();

    assertThat(count("message_consume")).isZero();
    assertThat(statements.get()).isLessThanOrEqualTo(OLD / BATCH + 1);
  }

  @Test
  void aRowThatIsSentOnceMoreBetweenLookingAndDeletingStays() {
    insertSendRows(1, 2, 1);
    int delete = 3;
    beforeStatement =
        count -> {
          if (count == delete) {
            plain.update(
                "UPDATE message_send SET sent_at = CURRENT_TIMESTAMP WHERE message_id = ?",
                new UUID(1L << 16 | 0x7000, -1));
          }
        };

    purgeSent();

    assertThat(count("message_send")).isEqualTo(1);
  }

  private void purgeSent() {
    PurgeJob.ofSent(
            new JdbcSendStore(database, dialect, TableSettings.ofDefaults(), APPLICATION),
            settings,
            OutboxMetrics.NONE)
        .run();
  }

  /** Rows of the year 2000, with ids of version 7 that grow. */
  private void insertSendRows(int first, int count, int status) {
    plain.batchUpdate(
        """
        INSERT INTO message_send (message_id, status, claims, next_attempt_at, retry, bucket,
                                  application, transport, topic, message_type, created_at)
        VALUES (?, ?, 1, TIMESTAMP '2000-01-01 00:00:00', true, 0,
                ?, 'kafka', 'orders', 'order', TIMESTAMP '2000-01-01 00:00:00')""",
        IntStream.range(first, first + count)
            .mapToObj(
                i -> new Object[] {new UUID((long) i << 16 | 0x7000, -1), status, APPLICATION})
            .toList());
  }

  private int count(String table) {
    Integer count = plain.queryForObject("SELECT count(*) FROM " + table, Integer.class);
    return count == null ? -1 : count;
  }

  /** Counts what is prepared: the stores prepare each statement that they execute. */
  private final class CountedDataSource extends DelegatingDataSource {

    CountedDataSource() {
      super(
          new DriverManagerDataSource(
              "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", ""));
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection target = super.getConnection();
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("prepareStatement")) {
                  beforeStatement.accept(statements.incrementAndGet());
                }
                try {
                  return method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
