package io.outbox4j.send;

import io.outbox4j.send.Batch.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The messages of a lane that were not handed to the transport yet: one queue for all proven
 * destinations, and one for each that is not. Guarded by the lane's lock.
 */
final class Outgoing {

  private static final int MOST_DESTINATIONS = 10_000;
  private static final long FORGET_AFTER = Duration.ofMinutes(5).toNanos();

  private final int batchSize;
  private final long batchBytes;
  private final Queue<Held> ready = new ArrayDeque<>();
  private final Map<String, Destination> destinations = new LinkedHashMap<>();
  private final Set<Destination> toTry = new LinkedHashSet<>();

  Outgoing(int batchSize, long batchBytes) {
    this.batchSize = batchSize;
    this.batchBytes = batchBytes;
  }

  void add(Held held) {
    Destination destination = destination(held.topic());
    if (destination.isProven()) {
      ready.add(held);
    } else {
      destination.waiting().add(held);
      toTry.add(destination);
    }
  }

  /** Takes the rows of the next batch, in the order in which they came; none if there are none. */
  List<Held> take(Kind kind, long now, Consumer<Held> late) {
    return kind == Kind.TRIAL ? takeTrials(now, late) : takeReady(now, late);
  }

  /** One message for each destination that is to be tried. */
  private List<Held> takeTrials(long now, Consumer<Held> late) {
    List<Held> trials = new ArrayList<>();
    for (Destination destination : List.copyOf(toTry)) {
      toTry.remove(destination);
      while (destination.mayTry()) {
        Held held = destination.waiting().remove();
        if (held.isLate(now)) {
          late.accept(held);
        } else {
          destination.tryStarted();
          trials.add(held);
        }
      }
    }
    return trials;
  }

  private List<Held> takeReady(long now, Consumer<Held> late) {
    List<Held> batch = new ArrayList<>(Math.min(ready.size(), batchSize));
    long bytes = 0;
    Set<UUID> ids = new HashSet<>();
    Held held = ready.peek();
    while (held != null && batch.size() < batchSize) {
      // The same row twice: claimed again by this node, when the database's clock leapt ahead.
      if (held.isLate(now) || ids.contains(held.row().message().id())) {
        late.accept(ready.remove());
      } else if (!destination(held.topic()).isProven()) {
        add(ready.remove());
      } else if (!batch.isEmpty() && bytes + held.size() > batchBytes) {
        break;
      } else {
        bytes += held.size();
        ids.add(held.row().message().id());
        batch.add(ready.remove());
      }
      held = ready.peek();
    }
    return batch;
  }

  /** The one message that went ahead has its result. */
  void tryEnded(String topic) {
    Destination destination = destination(topic);
    destination.tryEnded();
    if (destination.mayTry()) {
      toTry.add(destination);
    }
  }

  /** The destination takes messages: all that wait for it are ready. */
  void acknowledged(String topic) {
    Destination destination = destination(topic);
    destination.acknowledged();
    toTry.remove(destination);
    ready.addAll(destination.waiting());
    destination.waiting().clear();
  }

  /** The destination takes no messages. Returns whether it did so far. */
  boolean unavailable(String topic, String reason, long now, double chance) {
    if (destinations.size() >= MOST_DESTINATIONS) {
      destinations.values().removeIf(other -> other.isForgotten(now - FORGET_AFTER));
    }
    Destination destination = destination(topic);
    boolean wasAvailable = destination.reason() == null;
    destination.unavailable(now, reason, chance);
    return wasAvailable;
  }

  long closedFor(String topic, long now) {
    Destination destination = destinations.get(topic);
    return destination == null ? 0 : destination.closedFor(now);
  }

  /**
   * Whether a destination was unavailable and has a message that tries it again: any other would
   * only take room while it waits.
   */
  boolean isSuspect(String topic) {
    Destination destination = destinations.get(topic);
    return destination != null && destination.isSuspect();
  }

  /** Each unavailable destination with its reason, unless nothing was sent to it for long. */
  Map<String, String> unavailable(long now) {
    Map<String, String> result = new HashMap<>();
    destinations.forEach(
        (topic, destination) -> {
          String reason = destination.reason();
          if (reason != null && destination.closedFor(now - FORGET_AFTER) > 0) {
            result.put(topic, reason);
          }
        });
    return result;
  }

  Collection<Held> removeWaiting(String topic) {
    Destination destination = destination(topic);
    toTry.remove(destination);
    List<Held> removed = List.copyOf(destination.waiting());
    destination.waiting().clear();
    return removed;
  }

  Collection<Held> removeAll() {
    List<Held> removed = new ArrayList<>(ready);
    ready.clear();
    for (Destination destination : destinations.values()) {
      removed.addAll(destination.waiting());
      destination.waiting().clear();
    }
    toTry.clear();
    return removed;
  }

  private Destination destination(String topic) {
    Destination known = destinations.get(topic);
    if (known != null) {
      return known;
    }
    if (destinations.size() >= MOST_DESTINATIONS) {
      destinations.values().removeIf(Destination::isIdle);
    }
    Destination destination = new Destination();
    destinations.put(topic, destination);
    return destination;
  }
}
