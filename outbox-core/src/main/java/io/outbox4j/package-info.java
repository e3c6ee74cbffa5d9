/**
 * What an application developer touches: publishing, consuming once, and the errors of both.
 *
 * <p>Nothing of the other packages may enter here.
 */
@NullMarked
package io.outbox4j;

import org.jspecify.annotations.NullMarked;
