package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 for servers that go down and come back on the same port.
 *
 * <p>They lie between 15000 and 32000, below the range that Linux gives to outgoing connections.
 * From that range, a client could take the port of a server that is down, or even connect to itself
 * while it tries to reach the server.
 */
public final class FreePorts {

  private static final int FIRST = 15_000;
  private static final int END = 32_000;
  private static final int TRIES = 2_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /**
   * A port on which nothing listens now, and which this JVM never got here before.
   *
   * @throws ServerException if none was found
   */
  public static int next() {
    return next(0);
  }

  /**
   * Such a port of a server that opens a second one, at a fixed distance.
   *
   * @throws ServerException if none was found
   */
  static int next(int distance) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      int other = port + distance;
      if (isFree(port) && isFree(other) && !GIVEN.contains(other) && GIVEN.add(port)) {
        GIVEN.add(other);
        return port;
      }
    }
    throw new ServerException(
        "no free port of 127.0.0.1 found between "
            + FIRST
            + " and "
            + END
            + " in "
            + TRIES
            + " tries");
  }

  static InetSocketAddress local(int port) {
    return new InetSocketAddress(loopback(), port);
  }

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, loopback())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
