/**
 * What an implementor touches: transports, stores, serializers, job schedulers, and the records
 * that pass between them and the engine.
 *
 * <p>Only the API may enter here.
 */
@NullMarked
package io.outbox4j.spi;

import org.jspecify.annotations.NullMarked;
