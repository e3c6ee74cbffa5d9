/**
 * Contracts: tests that every implementation of an interface of {@code io.outbox4j.spi} passes, by
 * one small subclass each.
 */
@NullMarked
package io.outbox4j.testkit;

import org.jspecify.annotations.NullMarked;
