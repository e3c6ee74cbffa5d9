package com.example.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.spi.Transport;
import io.outbox4j.testkit.Completeness;
import io.outbox4j.testkit.TransportContract;
import org.junit.jupiter.api.Test;

class TransportsAreTestedTest {

  @Test
  void everyTransportOfThisModuleHasItsContract() {
    Completeness module =
        Completeness.of(RedisStreamsTransport.class, TransportsAreTestedTest.class);

    assertThat(module.implementations(Transport.class)).contains(RedisStreamsTransport.class);
    assertThat(module.untested(Transport.class, TransportContract.class)).isEmpty();
  }
}
