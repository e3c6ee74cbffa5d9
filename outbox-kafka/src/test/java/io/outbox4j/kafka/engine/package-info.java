/**
 * The whole engine with real databases and a real Kafka: each promise that needs more than one
 * module. Names of tests are sentences; {@code Node}, {@code Database} and {@code Topic} are the
 * stage.
 */
@NullMarked
package io.outbox4j.kafka.engine;

import org.jspecify.annotations.NullMarked;
