/**
 * Sends messages through RabbitMQ, and reads who sent a message that was received.
 *
 * <p>RabbitMQ's client may enter here, and the API and SPI of the outbox.
 */
@NullMarked
package io.outbox4j.rabbit;

import org.jspecify.annotations.NullMarked;
