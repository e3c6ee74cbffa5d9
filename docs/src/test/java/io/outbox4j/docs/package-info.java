/**
 * Holds the documentation to the code: its Java is compiled, its links lead somewhere, its columns
 * and properties exist. And the code to what CONTRIBUTING.md says of it, where no compiler does.
 *
 * <p>A page takes Java from a region of a compiled source. In the page, {@code <!-- snippet:
 * File.java#region -->} stands before the block; in the source, {@code // snippet: region} and
 * {@code // end} enclose the lines.
 */
@NullMarked
package io.outbox4j.docs;

import org.jspecify.annotations.NullMarked;
