package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FreePortsTest {

  @Test
  void givesEachPortOnceAndBelowThoseOfOutgoingConnections() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      ports.add(FreePorts.next());
    }

    assertThat(ports).hasSize(200).allMatch(port -> port >= 15_000 && port < 32_000);
  }

  @Test
  void aPortCanBeOpened() throws IOException {
    int port = FreePorts.next();

    try (ServerSocket socket = new ServerSocket(port, 1, FreePorts.loopback())) {
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }
}
