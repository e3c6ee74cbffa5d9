package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import io.outbox4j.TableSettings;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The table {@code message_send} in a relational database. */
public final class JdbcSendStore implements SendStore {

  private final SendRows rows;
  private final OwnConnections connections;
  private final Vetting vetting;
  private final Appending appending;
  private final Settling settling;
  private final PurgeWalk purgeWalk;
  private final ClaimForm claimForm;

  /**
   * Creates a store; asks nothing of the database.
   *
   * @param dataSource where the table is, and whose Spring transactions {@link #append} joins
   * @param dialect what database it is
   * @param tables the table's name
   * @param application whose rows it reads and writes: at most 100 characters, no space at its ends
   * @throws ConfigurationException when a name can't be used
   */
  public JdbcSendStore(
      DataSource dataSource, Dialect dialect, TableSettings tables, String application) {
    rows = new SendRows(dialect, Tables.of(dialect, tables), Names.checked(application));
    connections = new OwnConnections(dataSource, dialect);
    vetting = new Vetting(dialect);
    appending = new Appending(dataSource, rows);
    settling = new Settling(connections, rows);
    purgeWalk = new PurgeWalk(connections, rows);
    claimForm = dialect.claimForm();
  }

  @Override
  public String application() {
    return rows.application();
  }

  @Override
  public void vet(SendRow row) {
    vetting.vet(row, application());
  }

  @Override
  public void append(List<NewRow> newRows) {
    appending.append(newRows);
  }

  @Override
  public List<ClaimedRow> claimDue(String transport, int limit, long maxBytes, Duration lease) {
    return claimForm.claim(
        connections, rows, new ClaimForm.Wanted(transport, limit, maxBytes, lease));
  }

  @Override
  public Optional<Duration> untilNextDue(Collection<String> transports) {
    // One look-up in the index for each: they are few.
    return transports.stream()
        .flatMap(transport -> untilNextDue(transport).stream())
        .min(Duration::compareTo);
  }

  private Optional<Duration> untilNextDue(String transport) {
    return connections.statement(
        "looking for the next due row",
        connection ->
            rows
                .sql()
                .add("SELECT {until next_attempt_at} FROM {send}")
                .add(" WHERE status = 0 AND order_key IS NULL AND application = {}", application())
                .add(" AND transport = {} ORDER BY status, next_attempt_at LIMIT 1", transport)
                .query(connection, result -> atLeastZero(result.getLong(1)))
                .stream()
                .findFirst());
  }

  private static Duration atLeastZero(long micros) {
    return Micros.duration(Math.max(0, micros));
  }

  @Override
  public int settle(Collection<Settlement> settlements) {
    return settling.settle(settlements);
  }

  @Override
  public Backlog backlog() {
    return connections.statement(
        "counting what is not sent",
        connection ->
            rows.sql()
                .add(
                    """
                    SELECT count(*), -min({until created_at}),
                           (SELECT count(*) FROM {send} WHERE status = 2 AND application = {})
                      FROM {send} WHERE status = 0 AND application = {}""",
                    application(),
                    application())
                .query(
                    connection,
                    result ->
                        new Backlog(
                            result.getLong(1), atLeastZero(result.getLong(2)), result.getLong(3)))
                .get(0));
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    return purgeWalk.purge(olderThan, limit);
  }
}
