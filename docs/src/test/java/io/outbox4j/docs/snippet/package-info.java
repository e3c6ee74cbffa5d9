/**
 * The Java that the pages show: a region between the lines {@code // snippet: name} and {@code //
 * end}, which a page names before its block, {@code <!-- snippet: File.java#name -->}. The sources
 * of the examples are named by their path, {@code examples/..}.
 */
@NullMarked
package io.outbox4j.docs.snippet;

import org.jspecify.annotations.NullMarked;
