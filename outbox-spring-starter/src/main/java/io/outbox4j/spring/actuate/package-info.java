/**
 * Metrics and health, when Micrometer or Boot's health module is there.
 *
 * <p>Nothing of a message's payload or headers may enter.
 */
@NullMarked
package io.outbox4j.spring.actuate;

import org.jspecify.annotations.NullMarked;
