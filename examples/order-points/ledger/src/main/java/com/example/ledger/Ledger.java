package com.example.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Three accounts of the same orders, compared: what the client was told, what the order service
 * committed, what the points service did.
 *
 * @param placed how many orders the client placed
 * @param committed the orders that are in the order service's table
 * @param rolledBack the placed orders that are not
 * @param points how many times points were given
 * @param lost committed orders without points
 * @param phantom orders that got points and are not committed
 * @param duplicated orders that got points more than once
 * @param contradictions where the client's account and the order table exclude each other
 */
record Ledger(
    int placed,
    int committed,
    int rolledBack,
    int points,
    List<String> lost,
    List<String> phantom,
    List<String> duplicated,
    List<String> contradictions) {

  /**
   * Compares the accounts.
   *
   * @param orders rows for each order id in the order service's table
   * @param points rows for each order id in the points service's table
   */
  static Ledger of(
      Collection<Placed> placed, Map<String, Integer> orders, Map<String, Integer> points) {
    return new Ledger(
        placed.size(),
        orders.size(),
        (int) placed.stream().filter(order -> !orders.containsKey(order.id())).count(),
        points.values().stream().mapToInt(Integer::intValue).sum(),
        orders.keySet().stream().filter(id -> !points.containsKey(id)).sorted().toList(),
        points.keySet().stream().filter(id -> !orders.containsKey(id)).sorted().toList(),
        points.entrySet().stream()
            .filter(order -> order.getValue() > 1)
            .map(Map.Entry::getKey)
            .sorted()
            .toList(),
        contradictions(placed, orders));
  }

  /** Whether the points are exactly those of the orders, and the client was told the truth. */
  boolean isClean() {
    return committed > 0
        && points == committed
        && lost.isEmpty()
        && phantom.isEmpty()
        && duplicated.isEmpty()
        && contradictions.isEmpty();
  }

  @Override
  public String toString() {
    return "LEDGER committed=%d rolledBack=%d points=%d lost=%d phantom=%d duplicated=%d"
        .formatted(committed, rolledBack, points, lost.size(), phantom.size(), duplicated.size());
  }

  private static List<String> contradictions(
      Collection<Placed> placed, Map<String, Integer> orders) {
    List<String> found = new ArrayList<>();
    Map<String, Placed> known = new HashMap<>();
    for (Placed order : placed) {
      if (known.put(order.id(), order) != null) {
        found.add(order.id() + " was placed twice");
      }
      boolean there = orders.containsKey(order.id());
      if (order.answer() == Placed.Answer.ACCEPTED && !there) {
        found.add(order.id() + " was accepted, but is not in the order table");
      }
      if (order.answer() == Placed.Answer.REFUSED && there) {
        found.add(order.id() + " was refused, but is in the order table");
      }
      if (order.rollback() && there) {
        found.add(order.id() + " should have been rolled back, but is in the order table");
      }
    }
    for (String id : orders.keySet()) {
      if (!known.containsKey(id)) {
        found.add(id + " is in the order table, but nobody placed it");
      }
    }
    return found;
  }
}
