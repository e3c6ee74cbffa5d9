package io.outbox4j.rabbit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** Lanes whose confirms are late. */
  private final List<Lane> aside = new ArrayList<>();

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
    List<Lane> ended = aside.stream().filter(late -> !late.isOpen()).toList();
    aside.removeAll(ended);
    ended.forEach(late -> judge(late, link));
    Set<String> lateKeys = lateKeys();
    while (link.isOpen() && !link.isBlocked()) {
      if (lane != null && !lane.isOpen()) {
        judge(lane, link);
        lane = null;
        alone = false;
        continue;
      }
      if (lane != null && alone && lane.isIdle()) {
        goneAlone();
      }
      Departure next = alone ? null : next(lateKeys);
      if (next == null) {
        return;
      }
      boolean apart = single > 0 || next.size() > link.provenSize();
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
      alone = apart;
      if (lane.publish(next)) {
        waiting.remove(next);
      } else {
        alone = false;
      }
    }
  }

  /** Whether it does more than wait for late confirms. */
  boolean isMoving() {
    return lane != null || next(lateKeys()) != null;
  }

  /** Whether every message has its result. */
  boolean isOver() {
    return waiting.isEmpty()
        && (lane == null || lane.isIdle())
        && aside.stream().allMatch(Lane::isIdle);
  }

  /** Takes no more messages: fails those that were not handed over. */
  void keepBack(Trouble trouble) {
    refuse(departure -> true, trouble);
  }

  /**
   * Waits no longer for late confirms: what is left goes on another channel, but for messages of
   * the same keys.
   */
  void overtake() {
    if (lane != null && !lane.isIdle()) {
      aside.add(lane);
      lane = null;
      if (alone) {
        goneAlone();
      }
    }
  }

  /** Gives its lanes away. */
  List<Lane> release() {
    List<Lane> given = new ArrayList<>(aside);
    if (lane != null) {
      given.add(lane);
    }
    aside.clear();
    lane = null;
    return given;
  }

  /** The one that was alone has its result, or is not waited for, and the channel lives. */
  private void goneAlone() {
    alone = false;
    single = Math.max(0, single - 1);
  }

  private Set<String> lateKeys() {
    Set<String> keys = new HashSet<>();
    aside.forEach(late -> keys.addAll(late.keys()));
    return keys;
  }

  /** The first that may go. None overtakes one of its key, which is late on another channel. */
  private @Nullable Departure next(Set<String> lateKeys) {
    for (Departure departure : waiting) {
      String key = departure.message.key();
      if (key == null || !lateKeys.contains(key)) {
        return departure;
      }
    }
    return null;
  }

  private void judge(Lane ended, Link link) {
    if (!link.isOpen()) {
      return;
    }
    List<Departure> suspects = new ArrayList<>(ended.takeUnconfirmed());
    int code = ended.endCode();
    if (suspects.isEmpty()) {
      single = alone ? Math.max(0, single - 1) : single;
    } else if (suspects.size() == 1 && !ended.isMiscounted()) {
      blame(suspects.get(0), Trouble.of(code), code, link);
    } else {
      suspects.forEach(Departure::repeat);
      single = ended.isMiscounted() ? 0 : suspects.size();
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
