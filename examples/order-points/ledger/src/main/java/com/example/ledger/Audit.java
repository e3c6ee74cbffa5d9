package com.example.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A trail of order ids, compared with what the order service committed. Nobody takes doubles out of
 * it, so they are counted and are no fault.
 *
 * @param committed the orders that are in the order service's table
 * @param audited the orders that are on the trail
 * @param lost committed orders that are not on the trail
 * @param phantom orders that are on the trail and are not committed
 * @param repeated how many entries an order had before
 */
record Audit(int committed, int audited, List<String> lost, List<String> phantom, int repeated) {

  /**
   * Compares the accounts.
   *
   * @param trail order ids, as often as they were written
   * @param orders rows for each order id in the order service's table
   */
  static Audit of(List<String> trail, Map<String, Integer> orders) {
    Set<String> audited = new HashSet<>(trail);
    return new Audit(
        orders.size(),
        audited.size(),
        orders.keySet().stream().filter(id -> !audited.contains(id)).sorted().toList(),
        audited.stream().filter(id -> !orders.containsKey(id)).sorted().toList(),
        trail.size() - audited.size());
  }

  /** Whether the trail is exactly that of the orders. */
  boolean isClean() {
    return lost.isEmpty() && phantom.isEmpty();
  }

  @Override
  public String toString() {
    return "AUDIT committed=%d audited=%d lost=%d phantom=%d repeated=%d"
        .formatted(committed, audited, lost.size(), phantom.size(), repeated);
  }
}
