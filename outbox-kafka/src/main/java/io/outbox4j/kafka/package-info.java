/**
 * Sends messages through Apache Kafka, and reads who sent a record that was received.
 *
 * <p>Kafka's client may enter here, and the API and SPI of the outbox.
 */
@NullMarked
package io.outbox4j.kafka;

import org.jspecify.annotations.NullMarked;
