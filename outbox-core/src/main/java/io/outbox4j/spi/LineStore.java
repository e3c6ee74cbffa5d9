package io.outbox4j.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ordered rows of {@code message_send}. The rows of a {@link Line} stand in the order of {@code
 * seq}; those that are unsent or dead are <i>in</i> the line, all others have left it.
 *
 * <p>Claims and heads read no more rows of a line than they ask for, however many stand in it; a
 * walk reads at most a small multiple of the lines that it finds.
 */
public interface LineStore {

  /**
   * Claims of each line the longest run from its oldest row on, dead rows included, that is unsent,
   * due, and not locked by others: a prefix of the line or nothing, so that two unexpired claims
   * never hold rows of one line. Each row becomes due again when the lease ends.
   *
   * @param transport the transport of the lines
   * @param lines ids, at least one; of lines that are not there, or are another transport's,
   *     nothing is claimed
   * @param limit the most rows to claim, at least as many as there are lines; each line gets an
   *     equal share
   * @param maxBytes where the claim ends when payloads and headers add up to more; the first row
   *     comes however large it is
   * @param lease how long this node has, by the database's clock
   * @return the rows; those of a line stand in its order. A line of which none is there was empty,
   *     or its head was dead, not due or locked, or there was no room: {@link #heads} tells
   */
  List<ClaimedRow> claimLines(
      String transport, Collection<String> lines, int limit, long maxBytes, Duration lease);

  /**
   * The heads of lines. A plain read, which sees rows that others have locked.
   *
   * @param transport the transport of the lines
   * @param lines ids, at least one
   * @return in the order of ids; none for a line that is empty
   */
  List<LineHead> heads(String transport, Collection<String> lines);

  /**
   * The heads of the next lines, in the order of ids: a walk from line to line that reads no
   * followers.
   *
   * @param transport the transport of the lines
   * @param after the id after which to begin, or null to begin with the first line
   * @param limit the most lines, 1 to 500
   * @return in the order of ids; fewer than the limit when there are no more
   */
  List<LineHead> headsAfter(String transport, @Nullable String after, int limit);

  /**
   * Makes the unsent rows behind a dead head dead too, in bounded steps; they leave the line, the
   * head stays. Does nothing if the head is no longer dead.
   *
   * @param head a head that {@link LineHead#dropsFollowers}
   * @param limit the most rows
   * @return how many rows died
   */
  int dropFollowers(LineHead head, int limit);
}
