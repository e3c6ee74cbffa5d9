/**
 * What needs RabbitMQ: transports made from {@code spring.rabbitmq.*}, and idempotent
 * {@code @RabbitListener} methods.
 *
 * <p>Loaded only when spring-rabbit is on the class path.
 */
@NullMarked
package io.outbox4j.spring.rabbit;

import org.jspecify.annotations.NullMarked;
