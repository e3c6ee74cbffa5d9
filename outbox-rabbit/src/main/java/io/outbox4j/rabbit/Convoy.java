package io.outbox4j.rabbit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a batch to one exchange, in order, on a channel of their own.
 *
 * <p>When the broker closes a channel it does not say which message it was for. So a message is
 * blamed only if it was alone on its way: when there were several, they go again on a new channel,
 * one at a time, until the one at fault is found. What may well be at fault goes alone at once, so
 * that nothing need go twice: the first message to an exchange that was not there lately, and one
 * that is larger than all that the broker took so far.
 *
 * <p>Used by the batch's thread alone.
 */
final class Convoy {

  private final String exchange;
  private final Runnable change;
  private final Deque<Departure> waiting = new ArrayDeque<>();
  private @Nullable Lane lane;

  /** How many of the next ones go one at a time. */
  private int single;

  /** Whether the one on its way is alone. */
  private boolean alone;

  Convoy(String exchange, Runnable change) {
    this.exchange = exchange;
    this.change = change;
  }

  void add(Departure departure) {
    waiting.add(departure);
  }

  /** Called once, before the first message goes. */
  void begin(Link link) {
    single = link.isKnown(exchange) ? 0 : 1;
  }

  /** Hands to the client what may go now. */
  void advance(Link link) {
    while (link.isOpen() && !link.isBlocked()) {
      if (lane != null && !lane.isOpen()) {
        judge(lane, link);
        lane = null;
        continue;
      }
      if (lane != null && alone && lane.isIdle()) {
        wasTaken();
      }
      if (waiting.isEmpty() || alone) {
        return;
      }
      boolean apart = single > 0 || waiting.getFirst().size() > link.provenSize();
      if (apart && lane != null && !lane.isIdle()) {
        return;
      }
      if (lane == null) {
        lane = link.lane();
        if (lane == null) {
          if (link.isOpen()) {
            refuse(departure -> true, Trouble.NO_CHANNEL);
          }
          return;
        }
        lane.use(change);
        continue;
      }
      Departure next = waiting.removeFirst();
      alone = apart;
      if (!lane.publish(next)) {
        alone = false;
        waiting.addFirst(next);
      }
    }
  }

  /** Whether every message has its result. */
  boolean isOver() {
    return waiting.isEmpty() && (lane == null || lane.isIdle());
  }

  /** Takes no more messages: fails those that were not handed over. */
  void keepBack(Trouble trouble) {
    refuse(departure -> true, trouble);
  }

  /** Gives the lane away, if there is one. */
  @Nullable Lane release() {
    Lane given = lane;
    lane = null;
    return given;
  }

  /** The one that was alone has its result, and the channel lives. */
  private void wasTaken() {
    alone = false;
    single = Math.max(0, single - 1);
  }

  private void judge(Lane ended, Link link) {
    if (!link.isOpen()) {
      return;
    }
    List<Departure> suspects = new ArrayList<>(ended.takeUnconfirmed());
    int code = ended.endCode();
    Trouble trouble = Trouble.of(code);
    if (alone && suspects.isEmpty()) {
      wasTaken();
    } else if (alone) {
      alone = false;
      blame(suspects.get(0), trouble, code, link);
    } else if (!suspects.isEmpty()) {
      suspects.forEach(Departure::repeat);
      single = code == 0 ? 0 : suspects.size();
      Collections.reverse(suspects);
      suspects.forEach(waiting::addFirst);
    }
  }

  private void blame(Departure guilty, Trouble trouble, int code, Link link) {
    guilty.fail(trouble, trouble == Trouble.OTHER, trouble == Trouble.OTHER ? "" + code : "");
    single = Math.max(0, single - 1);
    if (trouble.fault == Trouble.Fault.MESSAGE) {
      link.refused(guilty.size());
    } else if (trouble == Trouble.NOT_FOUND) {
      link.missed(exchange);
      refuse(departure -> true, trouble);
    } else if (trouble.fault == Trouble.Fault.DESTINATION) {
      Route route = guilty.publication.route();
      single = 0;
      refuse(departure -> departure.publication.route().equals(route), trouble);
    }
  }

  /** What can't go for the same reason is not tried. */
  private void refuse(Predicate<Departure> which, Trouble trouble) {
    waiting.removeIf(
        departure -> {
          boolean refused = which.test(departure);
          if (refused) {
            departure.fail(trouble, false, "");
          }
          return refused;
        });
  }
}
