package io.outbox4j.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outbox4j.MessageRefusedException;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.testkit.MessageDraft;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {

  @Test
  void aMessageIsPersistentAndNamesItself() {
    OutgoingMessage message = MessageDraft.to("e/k").build();

    Publication publication = Publication.of(message);

    assertThat(publication.properties().getDeliveryMode()).isEqualTo(2);
    assertThat(publication.properties().getMessageId()).isEqualTo(message.id().toString());
    assertThat(publication.body()).isEqualTo(message.payload());
  }

  @Test
  void noPayloadAndAnEmptyOneDiffer() {
    Publication none = Publication.of(MessageDraft.to("e/k").payload(null).build());
    Publication empty = Publication.of(MessageDraft.to("e/k").payload(new byte[0]).build());

    assertThat(none.body()).isEmpty();
    assertThat(none.properties().getContentType()).isNull();
    assertThat(empty.body()).isEmpty();
    assertThat(empty.properties().getContentType()).isEqualTo("text/plain");
  }

  @Test
  void aContentTypeWithoutPayloadDoesNotMakeOne() {
    OutgoingMessage message =
        withContentType(MessageDraft.to("e/k").payload(null).build(), "application/json");

    assertThat(Publication.of(message).properties().getContentType()).isNull();
  }

  @Test
  void noKeyAndAnEmptyOneDiffer() {
    assertThat(Publication.of(MessageDraft.to("e/k").build()).properties().getHeaders())
        .doesNotContainKey("cloudEvents:partitionkey");
    assertThat(Publication.of(MessageDraft.to("e/k").key("").build()).properties().getHeaders())
        .containsEntry("cloudEvents:partitionkey", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cloudEvents:id",
        "CLOUDEVENTS:other",
        "cloudEvents_source",
        "Content-Type",
        "CC",
        "BCC"
      })
  void aHeaderOfCloudEventsOrOfRoutingIsRefused(String name) {
    assertRefused(
        MessageDraft.to("e/k").headers(Map.of(name, "x")).build(), "header " + name + " is one");
  }

  @Test
  void aHeaderWithTooLongANameIsRefused() {
    Publication.of(MessageDraft.to("e/k").headers(Map.of("n".repeat(255), "x")).build());
    assertRefused(
        MessageDraft.to("e/k").headers(Map.of("ü".repeat(128), "x")).build(),
        "headers hold a name of more than 255 bytes");
  }

  @Test
  void aPartitionIsRefused() {
    assertRefused(
        MessageDraft.to("e/k").partition(3).build(), "partition is 3, but RabbitMQ has no");
  }

  @Test
  void aContentTypeThatAmqpCannotHoldIsRefused() {
    OutgoingMessage message = MessageDraft.to("e/k").build();

    assertRefused(withContentType(message, "x".repeat(256)), "content type is longer than 255");
    assertRefused(withContentType(message, null), "content type is not set");
  }

  @Test
  void theFrameOfTheHeadersIsMeasuredAsItIsSent() {
    int without = Publication.of(MessageDraft.to("e/k").build()).headerFrame();
    int with =
        Publication.of(MessageDraft.to("e/k").headers(Map.of("name", "v".repeat(1000))).build())
            .headerFrame();

    // The name with its length, the type, and the value with its length.
    assertThat(with - without).isEqualTo(1 + 4 + 1 + 4 + 1000);
  }

  private static OutgoingMessage withContentType(OutgoingMessage m, String contentType) {
    return new OutgoingMessage(
        m.id(),
        m.source(),
        m.topic(),
        m.key(),
        m.partition(),
        m.businessId(),
        m.type(),
        contentType,
        m.headers(),
        m.payload(),
        m.created());
  }

  private static void assertRefused(OutgoingMessage message, String why) {
    assertThatThrownBy(() -> Publication.of(message))
        .isInstanceOf(MessageRefusedException.class)
        .hasMessageContaining(why);
  }
}
