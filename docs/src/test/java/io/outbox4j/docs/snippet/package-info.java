/** The Java that the pages show. */
@NullMarked
package io.outbox4j.docs.snippet;

import org.jspecify.annotations.NullMarked;
