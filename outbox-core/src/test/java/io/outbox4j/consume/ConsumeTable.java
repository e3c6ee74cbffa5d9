package io.outbox4j.consume;

import io.outbox4j.InProgressElsewhereException;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.ConsumeStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The smallest store that keeps a store's promises on H2. */
final class ConsumeTable implements ConsumeStore {

  private static final int CONSUMED = 1;
  private static final int FAILED = 2;
  private static final int PARKED = 3;

  private final DataSource dataSource;
  private final JdbcTemplate jdbc;

  ConsumeTable(DataSource dataSource) {
    this.dataSource = dataSource;
    this.jdbc = new JdbcTemplate(dataSource);
    jdbc.execute(
        """
        CREATE TABLE message_consume (message_id VARCHAR(100) PRIMARY KEY, status INT NOT NULL,
          attempts INT NOT NULL, error VARCHAR(2000))
        """);
  }

  @Override
  public Admission admit(ReceivedMessage message) {
    String id = message.messageId();
    try {
      jdbc.update("INSERT INTO message_consume VALUES (?, ?, 0, NULL)", id, CONSUMED);
      return Admission.ADMITTED;
    } catch (DuplicateKeyException known) {
      return switch (statusOf(id)) {
        case CONSUMED -> Admission.DUPLICATE;
        case PARKED -> Admission.PARKED;
        default -> {
          jdbc.update("UPDATE message_consume SET status = ? WHERE message_id = ?", CONSUMED, id);
          yield Admission.ADMITTED;
        }
      };
    } catch (PessimisticLockingFailureException waitedLongEnough) {
      throw new InProgressElsewhereException(message);
    }
  }

  private int statusOf(String id) {
    String select = "SELECT status FROM message_consume WHERE message_id = ? FOR UPDATE";
    return jdbc.queryForObject(select, Integer.class, id);
  }

  /** On a raw connection of its own, as a store's is: a pool of one has no second. */
  @Override
  public void recordFailure(ReceivedMessage message, String error) {
    String merge =
        """
        MERGE INTO message_consume t USING (VALUES (?, ?)) v(id, error) ON t.message_id = v.id
          WHEN MATCHED AND t.status IN (0, 2) THEN
            UPDATE SET status = 2, attempts = t.attempts + 1, error = v.error
          WHEN NOT MATCHED THEN INSERT VALUES (v.id, 2, 1, v.error)
        """;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(merge)) {
      statement.setString(1, message.messageId());
      statement.setString(2, error);
      statement.executeUpdate();
    } catch (SQLException refused) {
      throw new CannotAcquireLockException("not recorded", refused);
    }
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    throw new UnsupportedOperationException();
  }

  void park(String id) {
    jdbc.update("INSERT INTO message_consume VALUES (?, ?, 5, 'poison')", id, PARKED);
  }

  /** What the table says, such as {@code consumed} or {@code failed 2: java.io.IOException}. */
  String says(String id) {
    return jdbc
        .query(
            "SELECT status, attempts, error FROM message_consume WHERE message_id = ?",
            (row, number) ->
                switch (row.getInt(1)) {
                  case CONSUMED -> "consumed";
                  case FAILED -> "failed " + row.getInt(2) + ": " + row.getString(3);
                  default -> "parked";
                },
            id)
        .stream()
        .findFirst()
        .orElse("nothing");
  }
}
