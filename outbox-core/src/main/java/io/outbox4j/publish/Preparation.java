package io.outbox4j.publish;

import com.github.f4b6a3.uuid.factory.standard.TimeOrderedEpochFactory;
import io.outbox4j.MessageRefusedException;
import io.outbox4j.OutboxMessage;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import io.outbox4j.spi.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns what the application gave into a row, or refuses it while the caller can still be told. */
final class Preparation {

  private static final Set<String> RESERVED_PREFIXES =
      Set.of("ce_", "ce-", "cloudevents:", "cloudevents_");
  private static final String RESERVED_NAME = "content-type";

  private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);
  private static final Instant LAST_TIME = Instant.parse("9999-12-30T00:00:00Z");

  private final PublishWiring wiring;
  private final Ordering ordering;
  private final TimeOrderedEpochFactory ids =
      TimeOrderedEpochFactory.builder().withIncrementPlus1().build();

  Preparation(PublishWiring wiring) {
    this.wiring = wiring;
    this.ordering = new Ordering(wiring.store().application(), wiring.topics());
  }

  /**
   * Prepares one message. Touches neither the database nor a broker.
   *
   * @throws MessageRefusedException naming the field that can't be stored or sent
   */
  SendRow prepare(OutboxMessage message) {
    demandText("topic", message.topic());
    demandText("type", message.type());
    demandText("content type", message.contentType());
    demandText("line", message.line());
    demandPartition(message.partition());
    message.headers().keySet().forEach(Preparation::demandHeaderName);
    String transport = wiring.routes().of(message);
    SendRow row =
        new SendRow(
            outgoing(message),
            transport,
            message.retry(),
            ordering.of(message, transport),
            timing(message));
    wiring.routes().transport(transport).vet(row.message());
    wiring.store().vet(row);
    return row;
  }

  /** What every database can keep. */
  private static @Nullable Instant demandTime(String field, @Nullable Instant time) {
    if (time != null && (time.isBefore(Instant.EPOCH) || time.isAfter(LAST_TIME))) {
      throw new MessageRefusedException(
          field, "is %s: it can be 1970-01-01 to %s".formatted(time, LAST_TIME));
    }
    return time;
  }

  private static Timing timing(OutboxMessage message) {
    Duration after = message.deliverAfter();
    if (after.isNegative() || after.compareTo(LONGEST_DELAY) > 0) {
      throw new MessageRefusedException(
          "deliverAfter", "is %s: it can be zero to 100 years".formatted(after));
    }
    Instant notBefore = demandTime("deliverAt", message.deliverAt());
    Instant expiresAt = demandTime("expiresAt", message.expiresAt());
    if (notBefore != null && expiresAt != null && !expiresAt.isAfter(notBefore)) {
      throw new MessageRefusedException(
          "expiresAt",
          "is %s, which is not after deliverAt (%s): it could never be sent"
              .formatted(expiresAt, notBefore));
    }
    return after.isZero() && notBefore == null && expiresAt == null
        ? Timing.ANY
        : new Timing(after, notBefore, expiresAt);
  }

  private OutgoingMessage outgoing(OutboxMessage message) {
    EncodedPayload payload = EncodedPayload.of(message.payload(), wiring.serializer());
    UUID id = message.id();
    String type = message.type();
    String contentType = message.contentType();
    return new OutgoingMessage(
        id == null ? ids.create() : id,
        wiring.store().application(),
        message.topic(),
        message.key(),
        message.partition(),
        message.businessId(),
        type == null ? message.topic() : type,
        contentType == null ? payload.contentType() : contentType,
        message.headers(),
        payload.bytes(),
        // No database keeps more, and a message must look the same from memory and from the table.
        wiring.clock().instant().truncatedTo(ChronoUnit.MICROS));
  }

  private static void demandText(String field, @Nullable String value) {
    if (value != null && value.isBlank()) {
      throw new MessageRefusedException(field, "is blank: set it or leave it out");
    }
  }

  private static void demandPartition(@Nullable Integer partition) {
    if (partition != null && partition < 0) {
      throw new MessageRefusedException(
          "partition", "is %d: partitions count from 0".formatted(partition));
    }
  }

  private static void demandHeaderName(String name) {
    if (name.isBlank()) {
      throw new MessageRefusedException("header", "has a blank name: name it");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals(RESERVED_NAME) || RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
      throw new MessageRefusedException(
          "header " + name,
          "has a name that CloudEvents reserves: choose another, or set the message's own field"
              + " (type, businessId, contentType)");
    }
  }
}
