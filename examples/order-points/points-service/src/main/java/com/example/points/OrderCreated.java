package com.example.points;

/** What this service wants to know of an order. */
record OrderCreated(String orderId, String customer, long cents) {

  /** A point for each full euro, and one for coming. */
  long points() {
    return 1 + cents / 100;
  }
}
