package io.outbox4j.rabbit;

import com.rabbitmq.client.SocketConfigurator;
import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sockets of one connection, so that it can be cut. A write to a broker that reads nothing
 * blocks for ever, and the client's own ways to close a connection write first.
 */
final class Wire implements SocketConfigurator {

  private final SocketConfigurator application;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  /** Sockets that the application's own configurator prepares. */
  Wire(SocketConfigurator application) {
    this.application = application;
  }

  @Override
  public void configure(Socket socket) throws IOException {
    application.configure(socket);
    sockets.add(socket);
    if (cut) {
      throw new IOException("cut");
    }
  }

  boolean isCut() {
    return cut;
  }

  /** Closes the sockets, and any that would follow. What blocks in them fails at once. */
  void cut() {
    cut = true;
    for (Socket socket : sockets) {
      try {
        // Without this TLS would wait for the write that is stuck.
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }
}
