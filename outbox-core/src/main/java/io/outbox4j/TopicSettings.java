package io.outbox4j;

import java.util.Objects;

/**
 * How messages to a topic are sent, unless a message says otherwise itself.
 *
 * @param ordered whether messages of one key are sent one after the other, in the order in which
 *     their transactions inserted them; each must have a key then
 * @param headPolicy what becomes of later messages of a key when an ordered one is dead
 */
public record TopicSettings(boolean ordered, HeadPolicy headPolicy) {

  /** Checks that what must be there is there. */
  public TopicSettings {
    Objects.requireNonNull(headPolicy, "headPolicy");
  }

  /** Without order; {@link HeadPolicy#BLOCK}. */
  public static TopicSettings ofDefaults() {
    return new TopicSettings(false, HeadPolicy.BLOCK);
  }

  /** The same, with order or without. */
  public TopicSettings withOrdered(boolean ordered) {
    return new TopicSettings(ordered, headPolicy);
  }

  /** The same with another policy. */
  public TopicSettings withHeadPolicy(HeadPolicy headPolicy) {
    return new TopicSettings(ordered, headPolicy);
  }
}
