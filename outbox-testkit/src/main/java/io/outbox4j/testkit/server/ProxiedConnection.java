package io.outbox4j.testkit.server;

import io.outbox4j.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One client's connection and the one to the server that belongs to it. */
final class ProxiedConnection {

  private static final int BUFFER_BYTES = 16 * 1024;

  private static final int CONNECT_MILLIS = 10_000;

  private final TcpProxy proxy;
  private final InetSocketAddress target;
  private final Socket server = new Socket();
  private final Map<Direction, Socket> sources = new EnumMap<>(Direction.class);
  private final Map<Direction, Socket> sinks = new EnumMap<>(Direction.class);
  private final Map<Direction, OutputStream> outputs = new ConcurrentHashMap<>();
  private final Set<Direction> finished = ConcurrentHashMap.newKeySet();
  private final Set<Direction> halfClosed = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;
  private final Set<Direction> lost = ConcurrentHashMap.newKeySet();

  ProxiedConnection(TcpProxy proxy, Socket client, InetSocketAddress target) {
    this.proxy = proxy;
    this.target = target;
    sources.put(Direction.TO_SERVER, client);
    sinks.put(Direction.TO_SERVER, server);
    sources.put(Direction.TO_CLIENT, server);
    sinks.put(Direction.TO_CLIENT, client);
  }

  void start() {
    run(
        Direction.TO_SERVER,
        () -> {
          if (connect()) {
            run(Direction.TO_CLIENT, () -> pump(Direction.TO_CLIENT));
            pump(Direction.TO_SERVER);
          }
        });
  }

  boolean hasLostBytes() {
    return !lost.isEmpty();
  }

  void cut() {
    end(ProxiedConnection::reset);
  }

  synchronized void halfClose(Direction direction) {
    halfClosed.add(direction);
    if (outputs.containsKey(direction)) {
      shutdownOutput(direction);
    }
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      // Then there is nothing left to reset.
    }
    close(socket);
  }

  private boolean connect() {
    try {
      server.connect(target, CONNECT_MILLIS);
      server.setTcpNoDelay(true);
      socket(sinks, Direction.TO_CLIENT).setTcpNoDelay(true);
      openOutputs();
      return true;
    } catch (IOException absentOrCut) {
      cut();
      return false;
    }
  }

  /**
   * A socket gives no stream after a half-close, so one that is asked for before waits for this.
   */
  private synchronized void openOutputs() throws IOException {
    for (Direction direction : Direction.values()) {
      outputs.put(direction, socket(sinks, direction).getOutputStream());
    }
    halfClosed.forEach(this::shutdownOutput);
  }

  private void run(Direction direction, Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy-" + proxy.address().getPort() + "-" + direction);
    thread.setDaemon(true);
    thread.start();
  }

  private void pump(Direction direction) {
    byte[] buffer = new byte[BUFFER_BYTES];
    Lane lane = proxy.lane(direction);
    Lane.Flow flow = flow(direction);
    try {
      InputStream in = socket(sources, direction).getInputStream();
      OutputStream out = Objects.requireNonNull(outputs.get(direction));
      int length;
      while ((length = in.read(buffer)) >= 0) {
        if (!passOn(lane, direction, flow, buffer, length, out)) {
          return;
        }
      }
      finish(lane, direction, flow);
    } catch (IOException e) {
      // The other end was reset or is gone: so is this one.
      cut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut();
    }
  }

  private Lane.Flow flow(Direction direction) {
    return new Lane.Flow() {
      @Override
      public boolean isOpen() {
        return open;
      }

      @Override
      public boolean hasLost() {
        return lost.contains(direction);
      }

      @Override
      public void lose() {
        lost.add(direction);
      }
    };
  }

  /** False when the connection has ended. */
  private boolean passOn(
      Lane lane, Direction direction, Lane.Flow flow, byte[] buffer, int length, OutputStream out)
      throws IOException, InterruptedException {
    long arrived = lane.arrived(length);
    int from = 0;
    while (from < length) {
      int slice = Math.min(lane.slice(), length - from);
      switch (lane.judge(slice, arrived, flow)) {
        case PASS -> {
          if (!halfClosed.contains(direction)) {
            out.write(buffer, from, slice);
          }
        }
        case DROP -> {
          // The lane has marked the loss.
        }
        case CUT -> {
          cut();
          return false;
        }
      }
      from += slice;
    }
    return open;
  }

  private void finish(Lane lane, Direction direction, Lane.Flow flow) throws InterruptedException {
    if (lane.judge(0, System.nanoTime(), flow) != Lane.Verdict.PASS) {
      return;
    }
    shutdownOutput(direction);
    finished.add(direction);
    if (finished.size() == Direction.values().length) {
      end(ProxiedConnection::close);
    }
  }

  private void shutdownOutput(Direction direction) {
    try {
      socket(sinks, direction).shutdownOutput();
    } catch (IOException closedAlready) {
      // Its pump ends by itself.
    }
  }

  private void end(Consumer<Socket> ending) {
    open = false;
    sources.values().forEach(ending);
    for (Direction direction : Direction.values()) {
      proxy.lane(direction).wakeUp();
    }
    proxy.forget(this);
  }

  private static Socket socket(Map<Direction, Socket> sockets, Direction direction) {
    return Objects.requireNonNull(sockets.get(direction));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException closedAlready) {
      // That is what was wanted.
    }
  }
}
