/** Publishing, tried on H2 in memory with the real transaction managers. */
@NullMarked
package io.outbox4j.publish;

import org.jspecify.annotations.NullMarked;
