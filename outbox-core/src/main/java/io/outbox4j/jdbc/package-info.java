/**
 * Both tables in a relational database: stores, schema, and one file for each database with what
 * differs there. Plain JDBC and Spring's transaction synchronisation enter here, nothing of the
 * engine.
 */
@NullMarked
package io.outbox4j.jdbc;

import org.jspecify.annotations.NullMarked;
