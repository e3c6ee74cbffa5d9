package io.outbox4j.rocketmq;

import io.outbox4j.MessageRefusedException;
import java.util.regex.Pattern;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.topic.TopicValidator;
import org.jspecify.annotations.Nullable;

/**
 * Where a message goes, written as {@code topic} or {@code topic:tag}.
 *
 * @param topic RocketMQ's topic
 * @param tag what consumers select by, or null
 */
record Destination(String topic, @Nullable String tag) {

  private static final Pattern TOPIC = Pattern.compile("[%|a-zA-Z0-9_-]{1,127}");

  /** Consumers write {@code a || b}, and an asterisk for all. */
  private static final Pattern TAG = Pattern.compile("[^\\s\\p{Cntrl}|*]+");

  /**
   * Reads a destination.
   *
   * @throws MessageRefusedException when it can't be one
   */
  static Destination of(String text) {
    int colon = text.indexOf(':');
    String topic = colon < 0 ? text : text.substring(0, colon);
    String tag = colon < 0 ? null : text.substring(colon + 1);
    if (!TOPIC.matcher(topic).matches()) {
      throw new MessageRefusedException(
          "topic",
          "can't be one of RocketMQ's: use 1 to 127 of the characters a-z, A-Z, 0-9, %, |,"
              + " underscore and hyphen, and a tag, if there is one, after a colon");
    }
    if (TopicValidator.isNotAllowedSendTopic(topic)
        || topic.contains(MixAll.RETRY_GROUP_TOPIC_PREFIX)
        || topic.contains(MixAll.DLQ_GROUP_TOPIC_PREFIX)) {
      throw new MessageRefusedException("topic", "is RocketMQ's own: send to another one");
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw new MessageRefusedException(
          "topic",
          "has a tag, after the colon, that no consumer can select: use one word without | and *");
    }
    return new Destination(topic, tag);
  }
}
