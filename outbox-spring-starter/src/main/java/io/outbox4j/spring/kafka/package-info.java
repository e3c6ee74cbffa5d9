/**
 * What needs Kafka: the transport made from {@code spring.kafka.*}, and idempotent
 * {@code @KafkaListener} methods.
 *
 * <p>Loaded only when spring-kafka is on the class path.
 */
@NullMarked
package io.outbox4j.spring.kafka;

import org.jspecify.annotations.NullMarked;
