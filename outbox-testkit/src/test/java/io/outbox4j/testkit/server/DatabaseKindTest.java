package io.outbox4j.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DatabaseKindTest {

  @ParameterizedTest
  @EnumSource
  void makesAServerOfItselfWithAPortOfItsOwn(DatabaseKind kind) {
    try (DatabaseServer one = kind.create();
        DatabaseServer two = kind.create(Durability.RELAXED)) {
      assertThat(one.kind()).isEqualTo(kind);
      assertThat(one.name()).isEqualTo(kind.id());
      assertThat(one.isRunning()).isFalse();
      assertThat(one.address()).isNotEqualTo(two.address());
      assertThat(one.folder()).isNotEqualTo(two.folder());
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsUrlLeadsThroughAnotherAddress(DatabaseKind kind) {
    try (DatabaseServer server = kind.create()) {
      String url = server.jdbcUrl("orders", InetSocketAddress.createUnresolved("127.0.0.1", 12345));

      assertThat(url).startsWith("jdbc:").contains("//127.0.0.1:12345/orders");
      assertThat(server.jdbcUrl("orders"))
          .isEqualTo(url.replace("12345", "" + server.address().getPort()));
    }
  }
}
