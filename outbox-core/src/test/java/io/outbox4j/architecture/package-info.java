/** The plan of the packages and the habits of the house, as rules that fail. */
@NullMarked
package io.outbox4j.architecture;

import org.jspecify.annotations.NullMarked;
