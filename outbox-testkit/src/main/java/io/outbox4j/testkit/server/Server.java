package io.outbox4j.testkit.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A server of the tests, run as one or more child processes.
 *
 * <pre>
 *              start                freeze
 *   new ─────────────────► running ─────────► frozen
 *    ▲     stop, kill         │ ◄───────────    │
 *    └────────────────────────┘       thaw      │
 *    ▲                              kill        │
 *    └──────────────────────────────────────────┘
 * </pre>
 *
 * <p>All methods may be called from any thread; one at a time is carried out. A failure is a {@link
 * ServerException} that ends with the tail of the server's log.
 */
public interface Server extends AutoCloseable {

  /** What it is called in logs and errors, for instance {@code kafka}. */
  String name();

  /**
   * Starts the server and returns when it serves requests. Does nothing when it runs already. The
   * second start finds the data of the first, on the same port.
   *
   * @throws ServerException if it is not ready within 90 seconds, or if its program is not
   *     installed
   */
  void start();

  /**
   * Asks the server to end in good order and waits for it, at most 30 seconds; then kills it. Data
   * and port are kept.
   */
  void stop();

  /**
   * Ends the server at once with SIGKILL, and all processes that it started. Data and port are
   * kept.
   */
  void kill();

  /**
   * Stops the server's processes with SIGSTOP: connections stay open, nothing answers. Returns when
   * they stand still.
   *
   * @throws IllegalStateException if the server is not running
   */
  void freeze();

  /** Lets a frozen server go on with SIGCONT. Does nothing when it is not frozen. */
  void thaw();

  /** Whether its processes are there, frozen or not. */
  boolean isRunning();

  /** Where clients connect. The same before and after each start. */
  InetSocketAddress address();

  /** The folder with its data and logs. */
  Path folder();

  /** Kills the server and deletes its folder. It cannot be started again. */
  @Override
  void close();
}
