/**
 * The jobs, and the scheduler that runs them on threads of its own.
 *
 * <p>Only the API and the SPI may enter here.
 */
@NullMarked
package io.outbox4j.job;

import org.jspecify.annotations.NullMarked;
