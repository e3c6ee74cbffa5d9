package io.outbox4j.spi;

import java.util.List;
import org.springframework.util.PatternMatchUtils;

/**
 * The topics that are routed to a transport, as far as they are known before the first message.
 *
 * @param patterns topics, and patterns where {@code *} stands for any characters or none
 */
public record RoutedTopics(List<String> patterns) {

  /** Copies the patterns. */
  public RoutedTopics {
    patterns = List.copyOf(patterns);
  }

  /** The topics that are named in full. */
  public List<String> names() {
    return patterns.stream().filter(pattern -> !pattern.contains("*")).toList();
  }

  /** The patterns that stand for some topics, not for one and not for all. */
  public List<String> families() {
    return patterns.stream().filter(RoutedTopics::isFamily).toList();
  }

  /** Whether any topic may come: nothing is routed here, or all that no other route takes is. */
  public boolean areOpen() {
    return patterns.isEmpty() || patterns.stream().anyMatch(RoutedTopics::isAny);
  }

  /** Whether a topic is of a family. */
  public static boolean fits(String family, String topic) {
    return PatternMatchUtils.simpleMatch(family, topic);
  }

  private static boolean isFamily(String pattern) {
    return pattern.contains("*") && !isAny(pattern);
  }

  private static boolean isAny(String pattern) {
    return pattern.replace("*", "").isEmpty();
  }
}
