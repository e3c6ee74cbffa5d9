package com.example.orders;

/** Tells other services about an order, from within the order's transaction. */
interface Announcer {

  void announce(OrderCreated event);
}
