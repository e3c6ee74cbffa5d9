package io.outbox4j.send;

import io.outbox4j.SendEvent;
import io.outbox4j.SendListener;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.Settlement;
import io.outbox4j.spi.Settlement.Dead;
import io.outbox4j.spi.Settlement.Rescheduled;
import io.outbox4j.spi.Settlement.Sent;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the application's listeners what became of rows, and keeps their exceptions away from the
 * engine. Belongs to the settler's thread.
 */
final class Reports {

  private enum Kind {
    SENT(SendListener::onSent),
    RETRY(SendListener::onRetry),
    DEAD(SendListener::onDead);

    final BiConsumer<SendListener, SendEvent> call;

    Kind(BiConsumer<SendListener, SendEvent> call) {
      this.call = call;
    }
  }

  /** A listener, and what it failed at already. */
  private record Listening(SendListener listener, Set<Kind> failed) {}

  private static final Logger log = LoggerFactory.getLogger(Reports.class);

  private final List<Listening> all;

  Reports(List<SendListener> listeners) {
    all =
        listeners.stream()
            .map(listener -> new Listening(listener, EnumSet.noneOf(Kind.class)))
            .toList();
  }

  /** Tells one outcome; nothing is told of a row that goes back without a rejection. */
  void tell(Held held, String transport, Settlement settlement) {
    if (all.isEmpty()) {
      return;
    }
    if (settlement instanceof Sent sent) {
      tell(Kind.SENT, event(held, transport, false, sent.place(), null));
    } else if (settlement instanceof Dead dead) {
      tell(Kind.DEAD, event(held, transport, dead.attemptSpent(), null, dead.error()));
    } else if (settlement instanceof Rescheduled later && later.attemptSpent()) {
      tell(Kind.RETRY, event(held, transport, true, null, later.error()));
    }
  }

  private static SendEvent event(
      Held held,
      String transport,
      boolean rejected,
      @Nullable String place,
      @Nullable String error) {
    OutgoingMessage message = held.row().message();
    return new SendEvent(
        message.id(),
        transport,
        message.topic(),
        message.key(),
        message.businessId(),
        held.attempts() + (rejected ? 1 : 0),
        place,
        error);
  }

  private void tell(Kind kind, SendEvent event) {
    for (Listening each : all) {
      try {
        kind.call.accept(each.listener, event);
      } catch (Throwable e) {
        // Also what a listener in another language throws unchecked: the settler must live.
        if (each.failed.add(kind)) {
          log.error(
              "{} failed with {} when it was told of {}; further failures of this kind are not logged",
              each.listener.getClass().getName(),
              e.getClass().getName(),
              kind.name().toLowerCase(Locale.ROOT));
        }
      }
    }
  }
}
