/** Tests of the whole, on H2 in memory. */
@NullMarked
package io.outbox4j.assembly;

import org.jspecify.annotations.NullMarked;
