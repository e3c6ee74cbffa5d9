package io.outbox4j;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How messages to a topic are sent, unless a message says otherwise itself.
 *
 * @param ordered whether messages of one key are sent one after the other, in the order in which
 *     their transactions inserted them; each must have a key then
 * @param headPolicy what becomes of later messages of a key when an ordered one is dead
 * @param retry what happens to messages that the broker rejects, or null to do as their transport
 *     does
 */
public record TopicSettings(boolean ordered, HeadPolicy headPolicy, @Nullable RetryPolicy retry) {

  /** Checks that what must be there is there. */
  public TopicSettings {
    Objects.requireNonNull(headPolicy, "headPolicy");
  }

  /** Without order; {@link HeadPolicy#BLOCK}; no retry policy of its own. */
  public static TopicSettings ofDefaults() {
    return new TopicSettings(false, HeadPolicy.BLOCK, null);
  }

  /** The same, with order or without. */
  public TopicSettings withOrdered(boolean ordered) {
    return new TopicSettings(ordered, headPolicy, retry);
  }

  /** The same with another policy for what stands behind a dead message. */
  public TopicSettings withHeadPolicy(HeadPolicy headPolicy) {
    return new TopicSettings(ordered, headPolicy, retry);
  }

  /** The same with a retry policy of its own, or, with null, without. */
  public TopicSettings withRetry(@Nullable RetryPolicy retry) {
    return new TopicSettings(ordered, headPolicy, retry);
  }
}
