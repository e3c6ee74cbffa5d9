/** The plan of the packages, as rules that fail. */
@NullMarked
package io.outbox4j.architecture;

import org.jspecify.annotations.NullMarked;
