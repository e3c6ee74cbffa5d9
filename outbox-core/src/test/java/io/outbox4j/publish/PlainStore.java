package io.outbox4j.publish;

import io.outbox4j.AppendFailedException;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Unsent;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Appends to a small table and can do nothing else. */
final class PlainStore implements SendStore {

  static final String TABLE =
      "CREATE TABLE message_send (seq BIGINT GENERATED ALWAYS AS IDENTITY, message_id UUID PRIMARY"
          + " KEY, topic VARCHAR(200), payload VARBINARY(1000))";

  private final JdbcTemplate jdbc;
  @Nullable RuntimeException failure;

  PlainStore(DataSource dataSource) {
    this.jdbc = new JdbcTemplate(dataSource);
  }

  List<String> topics() {
    return jdbc.queryForList("SELECT topic FROM message_send ORDER BY seq", String.class);
  }

  @Override
  public String application() {
    return "tests";
  }

  @Override
  public void vet(SendRow row) {}

  @Override
  public void append(List<NewRow> rows) {
    if (failure != null) {
      throw failure;
    }
    Object[] values =
        rows.stream()
            .map(row -> row.row().message())
            .flatMap(message -> Stream.of(message.id(), message.topic(), payloadOf(message)))
            .toArray();
    String places = String.join(", ", Collections.nCopies(rows.size(), "(?, ?, ?)"));
    try {
      jdbc.update("INSERT INTO message_send (message_id, topic, payload) VALUES " + places, values);
    } catch (DataAccessException refused) {
      throw new AppendFailedException("refused: " + refused.getClass().getSimpleName());
    }
  }

  private static Object payloadOf(OutgoingMessage message) {
    byte[] payload = message.payload();
    return payload == null ? new byte[0] : payload;
  }

  @Override
  public boolean cancel(UUID id) {
    return jdbc.update("DELETE FROM message_send WHERE message_id = ?", id) == 1;
  }

  @Override
  public List<ClaimedRow> claimDue(String transport, int limit, long maxBytes, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Unsent unsent(Collection<String> transports) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ClaimedRow> claimLines(
      String transport, Collection<String> lines, int limit, long maxBytes, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LineHead> heads(String transport, Collection<String> lines) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LineHead> headsAfter(String transport, @Nullable String after, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int dropFollowers(LineHead head, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int settle(Collection<Settlement> settlements) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Backlog backlog() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    throw new UnsupportedOperationException();
  }
}
