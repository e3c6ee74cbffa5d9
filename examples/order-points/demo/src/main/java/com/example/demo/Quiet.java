package com.example.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Quiet is when nothing is left to happen: no unsent message in the outbox, no message that the
 * points service has not finished with, and no new row for some seconds.
 */
final class Quiet {

  private static final long STILL_NANOS = Duration.ofSeconds(3).toNanos();

  /** How far everything is. */
  record Reading(long committed, long unsent, long unread, long points) {

    @Override
    public String toString() {
      return "%d orders committed, %d messages unsent, %d unread, %d times points given"
          .formatted(committed, unsent, unread, points);
    }
  }

  private final Story story;
  private final Callable<Reading> now;
  private @Nullable Reading last;
  private long lastChange = System.nanoTime();

  Quiet(Story story, Callable<Reading> now) {
    this.story = story;
    this.now = now;
  }

  static Quiet of(Story story, Counts counts, Broker broker) {
    return new Quiet(
        story,
        () -> new Reading(counts.committed(), counts.unsent(), broker.unread(), counts.points()));
  }

  /** Waits for it. Says, and returns, whether it came within the limit. */
  boolean await(Duration limit) {
    boolean came = Wait.until(limit, Duration.ofMillis(250), this::isQuiet);
    if (came) {
      story.say("quiet: nothing unsent, nothing unread");
    } else {
      String seen = last == null ? "the tables or the broker can't be read" : last.toString();
      story.say(Story.Tone.BAD, "not quiet after " + limit.toSeconds() + " s: " + seen);
    }
    return came;
  }

  private boolean isQuiet() throws Exception {
    Reading reading = now.call();
    story.progress("waiting for quiet: " + reading);
    if (!reading.equals(last)) {
      last = reading;
      lastChange = System.nanoTime();
    }
    return reading.unsent() == 0
        && reading.unread() == 0
        && System.nanoTime() - lastChange >= STILL_NANOS;
  }
}
