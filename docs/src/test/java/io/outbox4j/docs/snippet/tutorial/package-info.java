/** The tutorial's application. */
@NullMarked
package io.outbox4j.docs.snippet.tutorial;

import org.jspecify.annotations.NullMarked;
