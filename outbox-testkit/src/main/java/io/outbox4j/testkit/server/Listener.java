package io.outbox4j.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The open port of a proxy. */
final class Listener {

  /** Takes a new connection. */
  interface Reception {
    /** False when it is not wanted any more. */
    boolean take(Listener from, Socket client);
  }

  private static final int BACKLOG = 200;
  private static final long PROBE_SECONDS = 10;

  private final ServerSocket socket;
  private final InetSocketAddress address;
  private final Reception reception;
  private final Map<Integer, CompletableFuture<Void>> probes = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();

  private Listener(ServerSocket socket, InetSocketAddress address, Reception reception) {
    this.socket = socket;
    this.address = address;
    this.reception = reception;
  }

  static Listener open(InetSocketAddress address, Reception reception) {
    try {
      ServerSocket socket = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
      Listener listener = new Listener(socket, address, reception);
      Thread thread = new Thread(listener::acceptAll, "tcp-proxy-" + address.getPort());
      thread.setDaemon(true);
      thread.start();
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the proxy's port " + address, e);
    }
  }

  /**
   * Returns when all connections that clients made before this call are taken. The kernel hands
   * them out in the order in which they were made, so one of our own marks the end of the line.
   */
  void acceptPending() {
    try (Socket probe = new Socket()) {
      probe.bind(FreePorts.local(0));
      CompletableFuture<Void> taken = new CompletableFuture<>();
      probes.put(probe.getLocalPort(), taken);
      probe.connect(address);
      taken.orTimeout(PROBE_SECONDS, TimeUnit.SECONDS).join();
    } catch (IOException closedMeanwhile) {
      // Then the kernel has reset whatever was pending.
    }
  }

  /** Returns when new connections are refused. */
  void close() {
    try {
      socket.close();
      // The kernel keeps the port open until the thread that waits on it has left.
      finished.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptAll() {
    while (true) {
      Socket client;
      try {
        client = socket.accept();
      } catch (IOException closed) {
        probes.values().forEach(probe -> probe.complete(null));
        finished.complete(null);
        return;
      }
      CompletableFuture<Void> probe = probes.remove(client.getPort());
      if (probe != null) {
        ProxiedConnection.reset(client);
        probe.complete(null);
      } else if (!reception.take(this, client)) {
        ProxiedConnection.reset(client);
      }
    }
  }
}
