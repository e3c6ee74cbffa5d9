package com.example.demo;

/**
 * An order as the client placed it; a line of the client's file.
 *
 * @param id the order
 * @param rollback whether it asked for a payment that is declined, so that all is rolled back
 * @param answer what it was told, in the ledger's words
 */
record Placement(String id, boolean rollback, Answer answer) {

  /** What a client was told about an order. */
  enum Answer {
    ACCEPTED,
    REFUSED,
    NONE
  }

  String line() {
    return id + "," + rollback + "," + answer;
  }
}
