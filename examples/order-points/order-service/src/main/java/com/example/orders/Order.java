package com.example.orders;

/**
 * An order as the client sends it.
 *
 * @param id the client's own, so that it can ask later what became of the order
 * @param cents the price
 */
record Order(String id, String customer, long cents) {}
