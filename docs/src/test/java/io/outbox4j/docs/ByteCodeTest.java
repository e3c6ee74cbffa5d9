package io.outbox4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.Outbox;
import io.outbox4j.kafka.KafkaTransport;
import io.outbox4j.rabbit.RabbitTransport;
import io.outbox4j.rocketmq.RocketMqTransport;
import io.outbox4j.spring.Idempotent;
import io.outbox4j.testkit.OutboxExtension;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published runs on Java 17, whatever JDK compiled it. */
class ByteCodeTest {

  private static final int MAGIC = 0xCAFEBABE;
  private static final int JAVA_17 = 61;

  @ParameterizedTest
  @ValueSource(
      classes = {
        Outbox.class,
        KafkaTransport.class,
        RabbitTransport.class,
        RocketMqTransport.class,
        Idempotent.class,
        OutboxExtension.class
      })
  void isThatOfJava17(Class<?> type) throws IOException {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (DataInputStream in =
        new DataInputStream(Objects.requireNonNull(type.getResourceAsStream(file), file))) {
      assertThat(in.readInt()).isEqualTo(MAGIC);
      assertThat(in.readUnsignedShort()).as("minor, 65535 with preview features").isZero();
      assertThat(in.readUnsignedShort()).as("major").isEqualTo(JAVA_17);
    }
  }
}
