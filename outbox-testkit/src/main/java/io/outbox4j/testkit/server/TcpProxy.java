package io.outbox4j.testkit.server;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in this JVM that a test puts before a server, to break the network on purpose.
 *
 * <p>Every method returns within milliseconds and rules over each byte that reaches the proxy after
 * it has returned, on present and future connections. Faults of both directions are independent and
 * add up; {@link #heal()} ends them all. All methods may be called from any thread.
 *
 * <p>One thread accepts; each connection has two more, one for each direction, which hold at most
 * 16 KiB.
 */
public final class TcpProxy implements AutoCloseable {

  /** Which way bytes go. */
  public enum Direction {
    /** Requests: from the client to the server. */
    TO_SERVER,
    /** Answers: from the server to the client. */
    TO_CLIENT
  }

  private final InetSocketAddress address;
  private final InetSocketAddress target;
  private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

  /**
   * Guards the listener; held for moments only, while the proxy's own monitor is held for a whole
   * control call.
   */
  private final Object registration = new Object();

  private @Nullable Listener listener;
  private boolean closed;

  private TcpProxy(InetSocketAddress address, InetSocketAddress target) {
    this.address = address;
    this.target = target;
    for (Direction direction : Direction.values()) {
      lanes.put(direction, new Lane());
    }
  }

  /**
   * Opens a proxy before a server, on a free port of 127.0.0.1. The server need not run yet.
   *
   * @throws UncheckedIOException if the port cannot be opened
   */
  public static TcpProxy before(InetSocketAddress server) {
    return open(FreePorts.local(FreePorts.next()), server);
  }

  static TcpProxy open(InetSocketAddress address, InetSocketAddress server) {
    TcpProxy proxy = new TcpProxy(address, server);
    proxy.listen();
    return proxy;
  }

  /** Where clients connect, instead of the server's own address. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Passes bytes on that much later. Not a queue: while 16 KiB wait, the next ones stay with their
   * sender.
   */
  public void delay(Direction direction, Duration delay) {
    lane(direction).delay(delay);
  }

  /**
   * Passes on at most that many bytes a second, for all connections together.
   *
   * @param bytesPerSecond at least 1
   */
  public void throttle(Direction direction, long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond is " + bytesPerSecond + ": must be at least 1");
    }
    lane(direction).throttle(bytesPerSecond);
  }

  /**
   * Passes nothing on and stops reading, so that the sender blocks in the end. Nothing is lost:
   * heal lets it go on.
   */
  public void stall(Direction direction) {
    lane(direction).stall();
  }

  /** Reads bytes and drops them. {@link #heal()} cuts the connections that lost some. */
  public void swallow(Direction direction) {
    lane(direction).swallow();
  }

  /**
   * Drops the next bytes of this direction and cuts their connection with RST; then goes on as
   * before. With {@link Direction#TO_CLIENT}, called before a COMMIT: the server commits and the
   * client never knows. With {@link Direction#TO_SERVER}: the server never hears of it.
   *
   * <p>The next bytes are those of any connection, and a driver may exchange some before the
   * statement that is meant: H2's prepares the COMMIT before the first one of a connection, so let
   * that connection commit once before.
   */
  public void cutAtNext(Direction direction) {
    lane(direction).cutAtNext();
  }

  /** Cuts all present connections with RST on both sides. New ones are served. */
  public void cut() {
    acceptPending();
    connections.forEach(ProxiedConnection::cut);
  }

  /**
   * Tells the receiver of this direction that nothing more comes (FIN), on all present connections.
   */
  public void halfClose(Direction direction) {
    acceptPending();
    connections.forEach(connection -> connection.halfClose(direction));
  }

  /** Closes the port: new connections are refused, present ones go on. */
  public synchronized void refuse() {
    acceptPending();
    Listener current;
    synchronized (registration) {
      current = listener;
      listener = null;
    }
    if (current != null) {
      current.close();
    }
  }

  /** As if the server were gone: refuses new connections and cuts the present ones. */
  public synchronized void down() {
    refuse();
    cut();
  }

  /**
   * Ends all faults: what was held back is passed on, the port is open, connections that lost bytes
   * are cut.
   */
  public synchronized void heal() {
    if (closed) {
      throw new IllegalStateException("the proxy on " + address + " is closed");
    }
    lanes.values().forEach(Lane::heal);
    connections.stream().filter(ProxiedConnection::hasLostBytes).forEach(ProxiedConnection::cut);
    listen();
  }

  /** How many connections are open now. */
  public int connections() {
    return connections.size();
  }

  /** How many bytes of this direction have reached the proxy so far, passed on or not. */
  public long bytes(Direction direction) {
    return lane(direction).bytes();
  }

  /** Closes the port and cuts all connections. */
  @Override
  public synchronized void close() {
    closed = true;
    down();
  }

  Lane lane(Direction direction) {
    return Objects.requireNonNull(lanes.get(direction));
  }

  void forget(ProxiedConnection connection) {
    connections.remove(connection);
  }

  private void listen() {
    synchronized (registration) {
      if (listener == null) {
        listener = Listener.open(address, this::register);
      }
    }
  }

  /**
   * False when the proxy refuses it: one that comes in late must not slip past the cut that follows
   * a refusal.
   */
  private boolean register(Listener from, Socket client) {
    synchronized (registration) {
      if (listener != from) {
        return false;
      }
      ProxiedConnection connection = new ProxiedConnection(this, client, target);
      connections.add(connection);
      connection.start();
      return true;
    }
  }

  /**
   * Makes each connection that a client holds present here, also one that the kernel made and
   * nobody accepted yet.
   */
  private void acceptPending() {
    Listener current;
    synchronized (registration) {
      current = listener;
    }
    if (current != null) {
      current.acceptPending();
    }
  }
}
