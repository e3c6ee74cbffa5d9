package io.outbox4j.kafka.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What consumers of a topic saw: of each key the numbers of {@link Counting}, in the order of their
 * first deliveries, and how many came again.
 */
record Deliveries(Map<String, List<Integer>> firsts, int repeats) {

  /** All that is in the topic now. A key is always in the same partition. */
  static Deliveries in(Topic topic) {
    return of(topic.businessIds());
  }

  static Deliveries of(List<String> businessIds) {
    Map<String, Set<Integer>> firsts = new HashMap<>();
    int repeats = 0;
    for (String id : businessIds) {
      String[] keyAndNumber = id.split(":", 2);
      Set<Integer> numbers = firsts.computeIfAbsent(keyAndNumber[0], k -> new LinkedHashSet<>());
      repeats += numbers.add(Integer.valueOf(keyAndNumber[1])) ? 0 : 1;
    }
    Map<String, List<Integer>> lists = new HashMap<>();
    firsts.forEach((key, numbers) -> lists.put(key, List.copyOf(numbers)));
    return new Deliveries(lists, repeats);
  }

  /** The keys whose first deliveries are not 1, 2, 3 up to this number, and what is wrong. */
  Map<String, String> wrong(Map<String, Integer> lastNumbers) {
    Map<String, String> wrong = new TreeMap<>();
    lastNumbers.forEach(
        (key, last) -> {
          List<Integer> seen = firsts.getOrDefault(key, List.of());
          List<Integer> right = IntStream.rangeClosed(1, last).boxed().toList();
          if (!seen.equals(right)) {
            wrong.put(key, difference(seen, right));
          }
        });
    return wrong;
  }

  private static String difference(List<Integer> seen, List<Integer> right) {
    int at = 0;
    while (at < Math.min(seen.size(), right.size()) && seen.get(at).equals(right.get(at))) {
      at++;
    }
    List<Integer> missing = new ArrayList<>(right);
    missing.removeAll(seen);
    return "after %d came %s; of %d are missing %s"
        .formatted(at, seen.subList(at, Math.min(seen.size(), at + 5)), right.size(), missing);
  }
}
