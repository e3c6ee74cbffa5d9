package io.outbox4j.publish;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.PatternMatchUtils;

/**
 * Values by topic pattern, where {@code *} stands for any characters or none. The more characters a
 * pattern prescribes, the better it fits; a whole topic fits best; of patterns that prescribe as
 * many the first counts. Immutable.
 */
public final class TopicPatterns<T> {

  private record Entry<T>(String pattern, T value) {

    boolean fits(String topic) {
      return PatternMatchUtils.simpleMatch(pattern, topic);
    }

    int rank() {
      return pattern.contains("*")
          ? pattern.replace("*", "").length() - Integer.MAX_VALUE
          : pattern.length();
    }
  }

  private final List<Entry<T>> bestFirst;

  /** Keeps the values in an order of its own. */
  public TopicPatterns(Map<String, T> values) {
    bestFirst =
        values.entrySet().stream()
            .map(entry -> new Entry<>(entry.getKey(), entry.getValue()))
            .sorted(Comparator.<Entry<T>>comparingInt(Entry::rank).reversed())
            .toList();
  }

  /** The value whose pattern fits the topic best, or null when none does. */
  public @Nullable T of(String topic) {
    for (Entry<T> entry : bestFirst) {
      if (entry.fits(topic)) {
        return entry.value;
      }
    }
    return null;
  }

  boolean isEmpty() {
    return bestFirst.isEmpty();
  }
}
