package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.InboxSettings;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.TableSettings;
import io.outbox4j.spi.ConsumeStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** The table {@code message_consume} in a relational database. */
public final class JdbcConsumeStore implements ConsumeStore {

  /** A failure is recorded soon or not at all: its message will be delivered again. */
  private static final Logger log = LoggerFactory.getLogger(JdbcConsumeStore.class);

  private static final int RECORD_SECONDS = 2;

  private final DataSource dataSource;
  private final Dialect dialect;
  private final Tables tables;
  private final String application;
  private final InboxSettings settings;
  private final OwnConnections connections;
  private final Vetting vetting;

  /**
   * Creates a store; asks nothing of the database.
   *
   * @param dataSource where the table is, and whose Spring transactions {@link #admit} joins
   * @param dialect what database it is
   * @param tables the table's name
   * @param application who consumes; it purges its own rows only
   * @param settings how long to wait for a message that is being handled elsewhere, and what to
   *     keep
   * @throws ConfigurationException when a name can't be used
   */
  public JdbcConsumeStore(
      DataSource dataSource,
      Dialect dialect,
      TableSettings tables,
      String application,
      InboxSettings settings) {
    this.dataSource = OwnConnections.target(dataSource);
    this.dialect = dialect;
    this.tables = Tables.of(dialect, tables);
    this.application = Names.checked(application);
    this.settings = settings;
    connections = new OwnConnections(dataSource, dialect);
    vetting = new Vetting(dialect);
  }

  @Override
  public Admission admit(ReceivedMessage message) {
    ConsumeRows rows = rows(message);
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalStateException(
            "a message is admitted within a transaction of the inbox's DataSource; there is none");
      }
      int seconds = (int) Math.min(Integer.MAX_VALUE / 1_000, settings.duplicateWait().toSeconds());
      return dialect.admit(rows, connection, Math.max(1, seconds));
    } catch (SQLException e) {
      if (SqlFailures.isLockTimeout(e) || SqlFailures.isBrokenOff(e)) {
        throw new InProgressElsewhereException(message);
      }
      throw SqlFailures.translate("admitting a message", e);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }

  @Override
  public void recordFailure(ReceivedMessage message, String error) {
    ConsumeRows rows = rows(message);
    String text = Objects.toString(Vetting.fitted(error, Vetting.MOST_ERROR), "");
    connections.transaction(
        "recording a failure",
        connection -> {
          dialect.recordFailure(rows, connection, text, RECORD_SECONDS);
          return text;
        });
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    return connections.readCommitted(
        "deleting consumed rows",
        connection ->
            dialect
                .purgeConsumed(new Sql(dialect, tables), application, olderThan, limit)
                .update(connection));
  }

  /**
   * An identity that the table can't hold unchanged is refused: a cut one would take two messages
   * for one. All else is there to be looked at, and must not keep a message from being consumed: it
   * is cut or left out.
   */
  private ConsumeRows rows(ReceivedMessage message) {
    vetting.text("consumerGroup", message.consumerGroup(), 150);
    vetting.text("source", message.source(), 200);
    vetting.text("messageId", message.messageId(), 255);
    boolean keepPayload = settings.keepPayload() && fits(message);
    return new ConsumeRows(dialect, tables, application, keepPayload, message);
  }

  private boolean fits(ReceivedMessage message) {
    try {
      vetting.headers(message.headers());
      vetting.payload(message.payload());
      return true;
    } catch (MessageRefusedException tooMuch) {
      log.warn("Payload and headers of {} are not kept: {}", message, tooMuch.getMessage());
      return false;
    }
  }
}
