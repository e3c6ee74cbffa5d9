/**
 * The consuming engine behind {@code Inbox} and every listener proxy: admit, handle, record.
 *
 * <p>Only the API and the SPI may enter here.
 */
@NullMarked
package io.outbox4j.consume;

import org.jspecify.annotations.NullMarked;
