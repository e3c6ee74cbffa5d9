package io.outbox4j.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import io.outbox4j.ReceivedMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.testkit.MessageDraft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitMessagesTest {

  @Test
  void aMessageOfTheOutboxIsReadBack() {
    OutgoingMessage sent =
        MessageDraft.to("e/k")
            .key("ключ")
            .businessId("Ä-1")
            .headers(Map.of("trace", "ü", "empty", ""))
            .build();

    ReceivedMessage received = RabbitMessages.received("points", delivery(sent));

    assertThat(received.consumerGroup()).isEqualTo("points");
    assertThat(received.source()).isEqualTo(sent.source());
    assertThat(received.messageId()).isEqualTo(sent.id().toString());
    assertThat(received.topic()).isEqualTo("e/k");
    assertThat(received.partition()).isNull();
    assertThat(received.offset()).isNull();
    assertThat(received.businessId()).isEqualTo("Ä-1");
    assertThat(received.headers())
        .isEqualTo(Map.of("trace", "ü", "empty", "", "content-type", "text/plain"));
    assertThat(received.payload()).isEqualTo(sent.payload());
    assertThat(RabbitMessages.key(delivery(sent))).isEqualTo("ключ");
  }

  @Test
  void noPayloadAndNoKeyAreReadAsNull() {
    Delivery none = delivery(MessageDraft.to("e/k").payload(null).build());
    Delivery empty = delivery(MessageDraft.to("e/k").key("").payload(new byte[0]).build());

    assertThat(RabbitMessages.received("g", none).payload()).isNull();
    assertThat(RabbitMessages.key(none)).isNull();
    assertThat(RabbitMessages.received("g", empty).payload()).isEmpty();
    assertThat(RabbitMessages.key(empty)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "source"})
  void aMessageWithoutIdentitySaysWhatToDo(String missing) {
    Map<String, Object> headers =
        new HashMap<>(delivery(MessageDraft.to("e/k").build()).getProperties().getHeaders());
    headers.remove("cloudEvents:" + missing);
    Delivery delivery = withHeaders(headers);

    assertThatThrownBy(() -> RabbitMessages.received("g", delivery))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from e/k")
        .hasMessageContaining("no header cloudEvents:" + missing)
        .hasMessageContaining("let its producer set");
  }

  @Test
  void aMessageWithoutHeadersHasNoIdentity() {
    Delivery bare =
        new Delivery(envelope(), new BasicProperties.Builder().build(), "x".getBytes(UTF_8));

    assertThatThrownBy(() -> RabbitMessages.received("g", bare))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOtherPrefixOfTheBindingIsReadToo() {
    Delivery delivery =
        withHeaders(
            Map.of(
                "cloudEvents_id", text("1"),
                "cloudEvents_source", text("s"),
                "cloudEvents_subject", text("b")));

    ReceivedMessage received = RabbitMessages.received("g", delivery);

    assertThat(received.messageId()).isEqualTo("1");
    assertThat(received.source()).isEqualTo("s");
    assertThat(received.businessId()).isEqualTo("b");
    assertThat(received.headers()).isEmpty();
  }

  @Test
  void plainValuesAreReadAsTextAndOthersLeftOut() {
    Map<String, Object> headers = new HashMap<>();
    headers.put("cloudEvents:id", text("1"));
    headers.put("cloudEvents:source", text("s"));
    headers.put("number", 7);
    headers.put("flag", true);
    headers.put("list", List.of("a"));
    headers.put("table", Map.of("a", "b"));
    headers.put("none", null);

    assertThat(RabbitMessages.received("g", withHeaders(headers)).headers())
        .isEqualTo(Map.of("number", "7", "flag", "true"));
  }

  private static Delivery withHeaders(Map<String, Object> headers) {
    BasicProperties properties = new BasicProperties.Builder().headers(headers).build();
    return new Delivery(envelope(), properties, "x".getBytes(UTF_8));
  }

  /** As the client hands it out: text is a LongString. */
  private static Delivery delivery(OutgoingMessage message) {
    Publication publication = Publication.of(message);
    Map<String, Object> headers = new HashMap<>();
    publication
        .properties()
        .getHeaders()
        .forEach((name, value) -> headers.put(name, text((String) value)));
    BasicProperties properties = publication.properties().builder().headers(headers).build();
    return new Delivery(envelope(), properties, publication.body());
  }

  private static Envelope envelope() {
    return new Envelope(1, false, "e", "k");
  }

  private static LongString text(String text) {
    return LongStringHelper.asLongString(text);
  }
}
