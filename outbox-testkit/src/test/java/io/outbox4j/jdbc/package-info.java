/** Statements of the JDBC stores that need a real server to be looked at from within. */
@NullMarked
package io.outbox4j.jdbc;

import org.jspecify.annotations.NullMarked;
