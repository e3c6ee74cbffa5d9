/**
 * Starts servers and services as processes of their own, places orders while it breaks them, waits
 * for quiet and lets the ledger judge.
 */
@NullMarked
package com.example.demo;

import org.jspecify.annotations.NullMarked;
