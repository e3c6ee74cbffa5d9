package io.outbox4j.jdbc;

import io.outbox4j.ConfigurationException;
import io.outbox4j.TableSettings;
import io.outbox4j.spi.Backlog;
import io.outbox4j.spi.ClaimedRow;
import io.outbox4j.spi.LineHead;
import io.outbox4j.spi.NewRow;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.SendStore;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Unsent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The table {@code message_send} in a relational database. */
public final class JdbcSendStore implements SendStore {

  private final SendRows rows;
  private final OwnConnections connections;
  private final Vetting vetting;
  private final Appending appending;
  private final Cancelling cancelling;
  private final Settling settling;
  private final PurgeWalk purgeWalk;
  private final ClaimForm claimForm;
  private final LineHeads heads;
  private final DroppedFollowers droppedFollowers;
  private final WaitingRows waiting;

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
    cancelling = new Cancelling(dataSource, rows);
    settling = new Settling(connections, rows);
    purgeWalk = new PurgeWalk(connections, rows);
    claimForm = dialect.claimForm();
    heads = new LineHeads(connections, rows);
    droppedFollowers = new DroppedFollowers(connections, rows);
    waiting = new WaitingRows(connections, rows);
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
  public boolean cancel(UUID id) {
    return cancelling.cancel(id);
  }

  @Override
  public List<ClaimedRow> claimDue(String transport, int limit, long maxBytes, Duration lease) {
    return claimForm.claimDue(
        connections, rows, new ClaimForm.Wanted(transport, limit, limit, maxBytes, lease));
  }

  @Override
  public List<ClaimedRow> claimLines(
      String transport, Collection<String> lines, int limit, long maxBytes, Duration lease) {
    List<String> own = rows.ownLines(transport, lines);
    if (own.isEmpty()) {
      return List.of();
    }
    int run = Math.max(1, limit / own.size());
    return claimForm.claimLines(
        connections, rows, new ClaimForm.Wanted(transport, limit, run, maxBytes, lease), own);
  }

  @Override
  public List<LineHead> heads(String transport, Collection<String> lines) {
    return heads.of(transport, lines);
  }

  @Override
  public List<LineHead> headsAfter(String transport, @Nullable String after, int limit) {
    return heads.after(transport, after, limit);
  }

  @Override
  public int dropFollowers(LineHead head, int limit) {
    return droppedFollowers.drop(head, limit);
  }

  @Override
  public Unsent unsent(Collection<String> transports) {
    return waiting.of(transports);
  }

  @Override
  public int settle(Collection<Settlement> settlements) {
    return settling.settle(settlements);
  }

  @Override
  public Backlog backlog() {
    return waiting.backlog();
  }

  @Override
  public int purge(Duration olderThan, int limit) {
    return purgeWalk.purge(olderThan, limit);
  }
}
