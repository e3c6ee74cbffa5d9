/**
 * Publishing: checks the transaction, serializes, buffers with the transaction and appends the rows
 * right before its commit.
 *
 * <p>Knows the API and the SPI only; neither the sending engine nor the tables may enter here.
 */
@NullMarked
package io.outbox4j.publish;

import org.jspecify.annotations.NullMarked;
