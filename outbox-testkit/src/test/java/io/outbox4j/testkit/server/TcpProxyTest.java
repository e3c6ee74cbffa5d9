package io.outbox4j.testkit.server;

import static io.outbox4j.testkit.server.TcpProxy.Direction.TO_CLIENT;
import static io.outbox4j.testkit.server.TcpProxy.Direction.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TcpProxyTest {

  private static final int SILENCE_MILLIS = 100;

  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private Thread acceptor;
  private TcpProxy proxy;
  private Socket client;
  private Socket peer;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket(0, 50, FreePorts.loopback());
    acceptor =
        new Thread(
            () -> {
              while (true) {
                try {
                  accepted.add(server.accept());
                } catch (IOException closed) {
                  return;
                }
              }
            });
    acceptor.setDaemon(true);
    acceptor.start();
    proxy = TcpProxy.before(FreePorts.local(server.getLocalPort()));
    client = newClient();
    peer = accepted.take();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    peer.close();
    proxy.close();
    server.close();
  }

  @Test
  void passesBytesBothWays() throws IOException {
    send(client, "ping");
    assertThat(receive(peer, 4)).isEqualTo("ping");
    send(peer, "pong!");
    assertThat(receive(client, 5)).isEqualTo("pong!");

    assertThat(proxy.bytes(TO_SERVER)).isEqualTo(4);
    assertThat(proxy.bytes(TO_CLIENT)).isEqualTo(5);
  }

  @Test
  void passesTheEndOfAStreamOnAndKeepsTheOtherDirection() throws IOException {
    send(client, "last");
    client.shutdownOutput();

    assertThat(receive(peer, 4)).isEqualTo("last");
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
    send(peer, "still");
    assertThat(receive(client, 5)).isEqualTo("still");
    peer.close();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void delaysOneDirectionOnly() throws IOException {
    proxy.delay(TO_CLIENT, Duration.ofMillis(200));

    long begin = System.nanoTime();
    send(client, "x");
    assertThat(receive(peer, 1)).isEqualTo("x");
    assertThat(millisSince(begin)).isLessThan(200);
    begin = System.nanoTime();
    send(peer, "y");
    assertThat(receive(client, 1)).isEqualTo("y");
    assertThat(millisSince(begin)).isGreaterThanOrEqualTo(200);
  }

  @Test
  void healEndsADelayForWhatAlreadyWaits() throws Exception {
    proxy.delay(TO_SERVER, Duration.ofHours(1));
    send(client, "x");
    awaitBytes(1);
    assertSilent(peer);

    proxy.heal();

    assertThat(receive(peer, 1)).isEqualTo("x");
  }

  @Test
  void throttlesToTheRate() throws IOException {
    proxy.throttle(TO_SERVER, 10_000);

    long begin = System.nanoTime();
    send(client, "z".repeat(3_000));
    receive(peer, 3_000);

    assertThat(millisSince(begin)).isBetween(290L, 3_000L);
  }

  @Test
  void stallHoldsBytesBackAndHealLetsThemGo() throws Exception {
    proxy.stall(TO_SERVER);
    send(client, "held");
    awaitBytes(4);
    assertSilent(peer);
    send(peer, "free");
    assertThat(receive(client, 4)).isEqualTo("free");

    proxy.heal();

    assertThat(receive(peer, 4)).isEqualTo("held");
  }

  @Test
  void stallStopsReadingSoThatTheSenderBlocks() throws Exception {
    proxy.stall(TO_SERVER);
    byte[] megabyte = new byte[1 << 20];
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 64; i++) {
                  client.getOutputStream().write(megabyte);
                }
              } catch (IOException cutAtTheEnd) {
                // The test is over.
              }
            });
    sender.start();

    await().until(() -> proxy.bytes(TO_SERVER) > 0);
    await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(10)).until(sender::isAlive);
    assertThat(proxy.bytes(TO_SERVER)).isLessThanOrEqualTo(16 * 1024);
    proxy.cut();
    sender.join();
  }

  @Test
  void aSwallowedAnswerIsLostAndHealCutsTheConnection() throws Exception {
    proxy.swallow(TO_CLIENT);
    send(client, "commit");
    assertThat(receive(peer, 6)).isEqualTo("commit");
    send(peer, "done");
    await().until(() -> proxy.bytes(TO_CLIENT) == 4);
    assertSilent(client);

    proxy.heal();

    assertReset(client);
    assertReset(peer);
    assertServed();
  }

  @Test
  void healKeepsConnectionsThatLostNothing() throws IOException {
    proxy.swallow(TO_CLIENT);
    send(client, "x");
    receive(peer, 1);

    proxy.heal();

    send(peer, "y");
    assertThat(receive(client, 1)).isEqualTo("y");
  }

  @Test
  void cutAtNextAnswerDropsItAndResetsThatConnectionOnly() throws Exception {
    Socket other = newClient();
    Socket otherPeer = accepted.take();
    proxy.cutAtNext(TO_CLIENT);
    send(client, "commit");
    assertThat(receive(peer, 6)).isEqualTo("commit");

    send(peer, "done");

    assertReset(client);
    send(otherPeer, "fine");
    assertThat(receive(other, 4)).isEqualTo("fine");
    other.close();
    otherPeer.close();
  }

  @Test
  void cutAtNextRequestKeepsItFromTheServer() throws Exception {
    proxy.cutAtNext(TO_SERVER);

    send(client, "commit");

    assertReset(client);
    assertReset(peer);
  }

  @Test
  void cutResetsBothSidesAndServesNewConnections() throws Exception {
    proxy.cut();

    assertReset(client);
    assertReset(peer);
    assertServed();
  }

  @Test
  void cutEndsAStalledConnectionToo() throws Exception {
    proxy.stall(TO_SERVER);
    send(client, "x");
    awaitBytes(1);

    proxy.cut();

    assertReset(client);
    assertReset(peer);
  }

  @Test
  void halfCloseEndsOneDirection() throws IOException {
    proxy.halfClose(TO_CLIENT);

    assertThat(client.getInputStream().read()).isEqualTo(-1);
    send(peer, "into the void");
    send(client, "heard");
    assertThat(receive(peer, 5)).isEqualTo("heard");
  }

  @Test
  void refuseTurnsNewConnectionsAwayAndKeepsPresentOnes() throws Exception {
    proxy.refuse();

    assertThatThrownBy(this::newClient).isInstanceOf(ConnectException.class);
    send(client, "x");
    assertThat(receive(peer, 1)).isEqualTo("x");
    proxy.heal();
    assertServed();
  }

  @Test
  void downCutsAndRefuses() throws Exception {
    proxy.down();

    assertReset(client);
    assertThatThrownBy(this::newClient).isInstanceOf(ConnectException.class);
    proxy.heal();
    assertServed();
  }

  @Test
  void anAbsentServerResetsTheClient() throws Exception {
    server.close();
    // Until it has left, the kernel accepts connections for it.
    acceptor.join();

    try (Socket late = newClient()) {
      assertReset(late);
    }
  }

  @Test
  void aResetByTheServerReachesTheClient() throws IOException {
    ProxiedConnection.reset(peer);

    assertReset(client);
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void aClosedProxyCannotBeHealed() {
    proxy.close();

    assertThatThrownBy(proxy::heal).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(this::newClient).isInstanceOf(ConnectException.class);
  }

  @Test
  void aRateBelowOneIsRefused() {
    assertThatThrownBy(() -> proxy.throttle(TO_CLIENT, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Socket newClient() throws IOException {
    InetSocketAddress address = proxy.address();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private void assertServed() throws Exception {
    accepted.clear();
    try (Socket late = newClient();
        Socket latePeer = accepted.poll(10, TimeUnit.SECONDS)) {
      send(late, "hello");
      assertThat(receive(latePeer, 5)).isEqualTo("hello");
    }
  }

  private void awaitBytes(int count) {
    await().until(() -> proxy.bytes(TO_SERVER) == count);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String receive(Socket socket, int count) throws IOException {
    socket.setSoTimeout(10_000);
    return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  private static void assertReset(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }
}
