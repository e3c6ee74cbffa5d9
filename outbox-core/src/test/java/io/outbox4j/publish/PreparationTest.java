package io.outbox4j.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.assembly.JacksonSerializer;
import io.outbox4j.publish.World.SilentTransport;
import io.outbox4j.spi.OutboxMetrics;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.PayloadSerializer;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

class PreparationTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456789Z");

  private final SilentTransport broker = new SilentTransport();
  private final Preparation preparation =
      preparation(new JacksonSerializer(), Map.of("broker", broker));

  @Test
  void everythingGivenArrives() {
    UUID id = UUID.randomUUID();
    SendRow row =
        preparation.prepare(
            OutboxMessage.to("orders")
                .id(id)
                .transport("broker")
                .key("k")
                .partition(3)
                .businessId("b-1")
                .type("order.created.v1")
                .contentType("text/csv")
                .header("trace", "t")
                .header("Zone", "z")
                .payload("a,b")
                .retry(false)
                .build());
    OutgoingMessage message = row.message();
    assertThat(row.transport()).isEqualTo("broker");
    assertThat(row.retry()).isFalse();
    assertThat(message.id()).isEqualTo(id);
    assertThat(message.source()).isEqualTo("tests");
    assertThat(message.topic()).isEqualTo("orders");
    assertThat(message.key()).isEqualTo("k");
    assertThat(message.partition()).isEqualTo(3);
    assertThat(message.businessId()).isEqualTo("b-1");
    assertThat(message.type()).isEqualTo("order.created.v1");
    assertThat(message.contentType()).isEqualTo("text/csv");
    assertThat(message.headers()).containsExactly(Map.entry("trace", "t"), Map.entry("Zone", "z"));
    assertThat(message.payload()).asString().isEqualTo("a,b");
    assertThat(message.created()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z"));
  }

  @Test
  void whatIsLeftOutHasADefault() {
    SendRow row = preparation.prepare(OutboxMessage.to("orders").build());
    assertThat(row.transport()).isEqualTo("broker");
    assertThat(row.retry()).isTrue();
    assertThat(row.message().type()).isEqualTo("orders");
    assertThat(row.message().id().version()).isEqualTo(7);
    assertThat(row.message().contentType()).isNull();
    assertThat(row.message().payload()).isNull();
  }

  @Test
  void idsGrowAlsoWithinAMillisecond() {
    UUID last = new UUID(0, 0);
    for (int i = 0; i < 10_000; i++) {
      UUID next = preparation.prepare(OutboxMessage.to("t").build()).message().id();
      assertThat(next.toString()).isGreaterThan(last.toString());
      last = next;
    }
  }

  @Test
  void bytesAreCopiedAndStayAsTheyAre() {
    byte[] given = {0, 1, (byte) 0xff};
    OutgoingMessage message =
        preparation.prepare(OutboxMessage.to("t").payload(given).build()).message();
    given[0] = 9;
    assertThat(message.payload()).containsExactly(0, 1, 0xff);
    assertThat(message.contentType()).isEqualTo("application/octet-stream");
  }

  @Test
  void anEmptyPayloadIsNotNone() {
    assertThat(
            preparation
                .prepare(OutboxMessage.to("t").payload(new byte[0]).build())
                .message()
                .payload())
        .isEmpty();
    assertThat(preparation.prepare(OutboxMessage.to("t").payload("").build()).message().payload())
        .isEmpty();
  }

  @Test
  void textGoesOutAsUtf8() {
    OutgoingMessage message =
        preparation
            .prepare(OutboxMessage.to("t").payload("é\u0000\r\n\uD83D\uDE00").build())
            .message();
    assertThat(message.payload())
        .isEqualTo("é\u0000\r\n\uD83D\uDE00".getBytes(StandardCharsets.UTF_8));
    assertThat(message.contentType()).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertRefused(OutboxMessage.to("t").payload("secret \uD83D"), "payload", "surrogate");
  }

  @Test
  void objectsGoThroughTheSerializer() {
    OutgoingMessage message =
        preparation.prepare(OutboxMessage.to("t").payload(new Order("o-1", 2)).build()).message();
    assertThat(message.payload()).asString().isEqualTo("{\"id\":\"o-1\",\"count\":2}");
    assertThat(message.contentType()).isEqualTo("application/json");
  }

  @Test
  void theMappersDefaultTypingStaysOutOfTheMessage() {
    JsonMapper typed =
        JsonMapper.builder()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
                DefaultTyping.NON_FINAL_AND_RECORDS)
            .build();
    Object value = new Order("o-1", 2);
    assertThat(typed.writeValueAsString(value)).contains(Order.class.getName());
    assertThat(new JacksonSerializer(typed).serialize(value))
        .asString()
        .isEqualTo("{\"id\":\"o-1\",\"count\":2}");
  }

  @Test
  void objectsNeedASerializer() {
    Preparation without = preparation(null, Map.of("broker", broker));
    assertThatThrownBy(
            () -> without.prepare(OutboxMessage.to("t").payload(new Order("secret", 1)).build()))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContainingAll(Order.class.getName(), "no serializer", "JacksonSerializer")
        .hasMessageNotContaining("secret");
  }

  @Test
  void whatTheSerializerThrowsIsTheCause() {
    IllegalStateException failure = new IllegalStateException("no");
    PayloadSerializer failing =
        new PayloadSerializer() {
          @Override
          public String contentType() {
            return "application/json";
          }

          @Override
          public byte[] serialize(Object payload) {
            throw failure;
          }
        };
    Preparation fails = preparation(failing, Map.of("broker", broker));
    assertThatThrownBy(() -> fails.prepare(OutboxMessage.to("t").payload(1).build()))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContaining("payload")
        .hasCause(failure);
  }

  @Test
  void blankAndNegativeFieldsAreRefused() {
    assertRefused(OutboxMessage.to(" "), "topic", "blank");
    assertRefused(OutboxMessage.to("t").type(""), "type", "blank");
    assertRefused(OutboxMessage.to("t").contentType("\t"), "content type", "blank");
    assertRefused(OutboxMessage.to("t").partition(-1), "partition", "-1");
    assertRefused(OutboxMessage.to("t").header(" ", "x"), "header", "blank");
    assertThat(
            preparation.prepare(OutboxMessage.to("t").partition(0).build()).message().partition())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce_id",
        "CE_Type",
        "ce-source",
        "cloudEvents:id",
        "cloudEvents_id",
        "Content-Type"
      })
  void headersOfCloudEventsAreReserved(String name) {
    assertRefused(OutboxMessage.to("t").header(name, "secret"), "header " + name, "reserves");
  }

  @Test
  void headersThatOnlyLookAlikeAreFree() {
    SendRow row =
        preparation.prepare(OutboxMessage.to("t").header("cell", "1").header("ce", "2").build());
    assertThat(row.message().headers()).containsOnlyKeys("cell", "ce");
  }

  @Test
  void anUnknownTransportIsRefusedWithTheKnownOnes() {
    assertRefused(OutboxMessage.to("t").transport("other"), "transport", "'other'", "broker");
  }

  @Test
  void oneOfSeveralTransportsMustBeNamed() {
    Preparation two = preparation(null, Map.of("broker", broker, "second", new SilentTransport()));
    assertThatThrownBy(() -> two.prepare(OutboxMessage.to("t").build()))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContainingAll("transport", "broker", "second");
    assertThat(two.prepare(OutboxMessage.to("t").transport("second").build()).transport())
        .isEqualTo("second");
  }

  @Test
  void theTransportHasItsSay() {
    broker.vetting =
        message -> {
          throw new MessageRefusedException("key", "is too long for " + message.topic());
        };
    assertRefused(OutboxMessage.to("t"), "key", "too long for t");
  }

  @Test
  void timesThatNoDatabaseKeepsAreRefused() {
    Instant never = Instant.parse("9999-12-31T00:00:00Z");
    assertRefused(OutboxMessage.to("t").deliverAt(never), "deliverAt", "9999");
    assertRefused(OutboxMessage.to("t").expiresAt(Instant.MAX), "expiresAt", "9999");
    assertRefused(
        OutboxMessage.to("t").expiresAt(Instant.EPOCH.minusSeconds(1)), "expiresAt", "1970");
    assertRefused(
        OutboxMessage.to("t").deliverAfter(Duration.ofDays(40_000)), "deliverAfter", "100 years");
    assertRefused(
        OutboxMessage.to("t").deliverAfter(Duration.ofSeconds(-1)), "deliverAfter", "100 years");
    assertRefused(
        OutboxMessage.to("t").deliverAt(NOW.plusSeconds(2)).expiresAt(NOW.plusSeconds(1)),
        "expiresAt",
        "never be sent");
  }

  private void assertRefused(OutboxMessage.Builder message, String field, String... words) {
    assertThatThrownBy(() -> preparation.prepare(message.build()))
        .isInstanceOfSatisfying(
            MessageRefusedException.class, it -> assertThat(it.field()).isEqualTo(field))
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("secret");
  }

  private static Preparation preparation(
      @Nullable PayloadSerializer serializer, Map<String, Transport> transports) {
    World world = World.deaf(World.Kind.JDBC);
    return new Preparation(
        new PublishWiring(
            world.dataSource,
            world.store,
            world.handOver,
            new Routes(transports, Map.of()),
            new TopicPatterns<>(Map.of()),
            serializer,
            OutboxMetrics.NONE,
            () -> NOW));
  }

  record Order(String id, int count) {}
}
