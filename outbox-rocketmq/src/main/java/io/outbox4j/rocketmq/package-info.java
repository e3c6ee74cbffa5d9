/**
 * Sends messages through Apache RocketMQ, and reads who sent a message that was received.
 *
 * <p>RocketMQ's client for its remoting protocol may enter here, and the API and SPI of the outbox.
 */
@NullMarked
package io.outbox4j.rocketmq;

import org.jspecify.annotations.NullMarked;
