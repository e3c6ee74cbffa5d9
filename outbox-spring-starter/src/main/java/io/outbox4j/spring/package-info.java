/**
 * Spring Boot auto-configuration: everything that works with no line of configuration beyond {@code
 * spring.datasource.*} and the broker's own.
 *
 * <p>Of the engine, only its assembly may enter here; what needs Kafka or Actuator lives in
 * packages of its own.
 */
@NullMarked
package io.outbox4j.spring;

import org.jspecify.annotations.NullMarked;
