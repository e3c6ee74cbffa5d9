package io.outbox4j.publish;

import io.outbox4j.HeadPolicy;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.TopicSettings;
import io.outbox4j.spi.Line;
import org.jspecify.annotations.Nullable;

/**
 * In which line a message stands, if it is ordered: what it says itself counts, then what its
 * topic's settings say.
 */
record Ordering(String application, TopicPatterns<TopicSettings> topics) {

  /**
   * The line of a message, or null when it is not ordered.
   *
   * @throws MessageRefusedException when it is to be ordered and has nothing to be ordered by
   */
  @Nullable Line of(OutboxMessage message, String transport) {
    TopicSettings settings = topics.of(message.topic());
    if (settings == null) {
      settings = TopicSettings.ofDefaults();
    }
    Boolean wanted = message.ordered();
    if (!(wanted == null ? settings.ordered() : wanted)) {
      return null;
    }
    HeadPolicy own = message.headPolicy();
    HeadPolicy headPolicy = own == null ? settings.headPolicy() : own;
    String name = message.line();
    if (name != null) {
      return Line.named(application, transport, name, headPolicy);
    }
    String key = message.key();
    if (key == null) {
      throw new MessageRefusedException(
          "key",
          "is not set, but messages to topic '%s' are ordered by it: set the key, or a line, or ordered(false)"
              .formatted(message.topic()));
    }
    return Line.ofKey(application, transport, message.topic(), key, headPolicy);
  }
}
