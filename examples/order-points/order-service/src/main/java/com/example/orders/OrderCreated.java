package com.example.orders;

/** What other services are told; their copy of this record may know fewer fields. */
record OrderCreated(String orderId, String customer, long cents) {}
