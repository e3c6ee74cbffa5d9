/**
 * The sending engine: takes committed messages from their publisher or claims them from the table,
 * hands them to a transport in batches, and settles what became of them.
 *
 * <p>Only the API and the SPI may enter; the way in is {@link io.outbox4j.send.Sender}.
 */
@NullMarked
package io.outbox4j.send;

import org.jspecify.annotations.NullMarked;
