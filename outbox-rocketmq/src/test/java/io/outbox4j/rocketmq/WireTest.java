package io.outbox4j.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.testkit.MessageDraft;
import java.lang.reflect.Field;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

  @Test
  void topicTagAndKeysAreRocketMqsOwn() {
    Message wire = Wire.of(MessageDraft.to("order:created").businessId("A-1").build());

    assertThat(wire.getTopic()).isEqualTo("order");
    assertThat(wire.getTags()).isEqualTo("created");
    assertThat(wire.getKeys()).isEqualTo("A-1");
    assertThat(wire.getBody()).isEqualTo("payload".getBytes(UTF_8));
  }

  @Test
  void nothingThatWasPutInIsLostOnTheWay() {
    Message wire =
        Wire.of(
            MessageDraft.to("t")
                .key("\u0000\r\n🧾 ")
                .headers(Map.of("a", " ", "b", "", "c", "=&\u0003"))
                .payload(null)
                .build());

    String sent = MessageDecoder.messageProperties2String(wire.getProperties());

    assertThat(MessageDecoder.string2messageProperties(sent)).isEqualTo(wire.getProperties());
  }

  @Test
  void whatIsEmptyIsListed() {
    Message wire =
        Wire.of(MessageDraft.to("t").key("").headers(Map.of("a b", "")).payload(null).build());

    assertThat(wire.getProperty("outbox4j-empty")).isEqualTo("CE_partitionkey a+b");
    assertThat(Wire.names(wire.getProperty("outbox4j-empty")))
        .containsExactly("CE_partitionkey", "a b");
    assertThat(wire.getProperty("outbox4j-body")).isEqualTo("none");
    assertThat(wire.getBody()).isEqualTo(new byte[1]);
  }

  @Test
  void aByteOfZeroIsAPayload() {
    Message wire = Wire.of(MessageDraft.to("t").payload(new byte[1]).build());

    assertThat(wire.getProperty("outbox4j-body")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CE_id",
        "ce_source",
        "Ce_mine",
        "outbox4j-body",
        "Outbox4j-x",
        "KEYS",
        "TAGS",
        "DELAY",
        "__SHARDINGKEY",
        "INNER_MULTI_DISPATCH",
        "__RMQ.TRANSIENT.X",
        "a\u0001",
        "\u0002"
      })
  void headersNeverOverwriteWhatIsNotTheirs(String name) {
    refused(MessageDraft.to("t").headers(Map.of(name, "x")).build(), "header " + name);
  }

  @Test
  void everyNameThatRocketMqHasIsReserved() throws IllegalAccessException {
    for (Field field : MessageConst.class.getFields()) {
      if (field.getName().startsWith("PROPERTY_") && field.getType() == String.class) {
        assertThat(Wire.isReserved((String) field.get(null))).as(field.getName()).isTrue();
      }
    }
  }

  @Test
  void separatorsOfPropertiesAreRefused() {
    refused(MessageDraft.to("t").key("a\u0001").build(), "key");
    refused(MessageDraft.to("t").businessId("\u0002").build(), "subject");
    refused(MessageDraft.to("t").headers(Map.of("h", "\u0001")).build(), "header h");
  }

  @Test
  void negativeQueuesAreRefused() {
    refused(MessageDraft.to("t").partition(-1).build(), "partition");
  }

  @Test
  void propertiesBeyondTheLimitAreRefused() {
    String most = "ü".repeat(15_800);
    Wire.of(MessageDraft.to("t").headers(Map.of("h", most)).build());

    refused(MessageDraft.to("t").headers(Map.of("h", most + "ü".repeat(200))).build(), "headers");
  }

  @Test
  void payloadsBeyondTheProducersLimitAreRefused() {
    RocketMqTransport transport =
        RocketMqTransport.of(
            () -> {
              DefaultMQProducer producer = new DefaultMQProducer("g");
              producer.setMaxMessageSize(100);
              return producer;
            });

    transport.vet(MessageDraft.to("t").payload(new byte[100]).build());
    assertThatThrownBy(() -> transport.vet(MessageDraft.to("t").payload(new byte[101]).build()))
        .isInstanceOfSatisfying(
            MessageRefusedException.class,
            refused -> assertThat(refused.field()).isEqualTo("payload"));
  }

  private static void refused(OutgoingMessage message, String field) {
    assertThatThrownBy(() -> Wire.of(message))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, refused -> assertThat(refused.field()).isEqualTo(field));
  }
}
