/** The order service: one table of orders, and one message for each. */
@NullMarked
package com.example.orders;

import org.jspecify.annotations.NullMarked;
