/**
 * Real servers as child processes for tests, and the faults to put them through. Each server
 * listens on free ports of 127.0.0.1, keeps its data in a folder of its own below the temporary
 * folder, and can be killed, frozen, stopped and started again on the same data and port. What runs
 * a server lives here; contract tests do not.
 */
@NullMarked
package io.outbox4j.testkit.server;

import org.jspecify.annotations.NullMarked;
