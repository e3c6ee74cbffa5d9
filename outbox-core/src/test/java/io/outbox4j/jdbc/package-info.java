/** Tests of the stores' parts; the contracts of the whole stand in the test kit. */
@NullMarked
package io.outbox4j.jdbc;

import org.jspecify.annotations.NullMarked;
