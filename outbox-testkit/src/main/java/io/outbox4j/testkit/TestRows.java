package io.outbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outbox4j.HeadPolicy;
import io.outbox4j.spi.Line;
import io.outbox4j.spi.OutgoingMessage;
import io.outbox4j.spi.SendRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Rows for the contracts, of one application, in ascending ids of version 7. */
final class TestRows {

  private static final AtomicLong COUNTER = new AtomicLong();

  private final Clock clock = Clock.systemUTC();
  private final String application;

  TestRows(String application) {
    this.application = application;
  }

  /** Each id is greater than the ones before it. */
  UUID newId() {
    long next = COUNTER.updateAndGet(last -> Math.max(last + 1, clock.millis() << 12));
    return new UUID(
        (next >>> 12) << 16 | 0x7000 | next & 0xFFF,
        Long.MIN_VALUE | ThreadLocalRandom.current().nextLong() >>> 2);
  }

  SendRow row(String transport, String businessId) {
    return row(transport, message(businessId));
  }

  SendRow row(String transport, Draft message) {
    return new SendRow(message.build(), transport, true);
  }

  /** A row in the line of a key, which blocks when its head is dead. */
  SendRow inLine(String transport, String key, Draft message) {
    return inLine(line(transport, key, HeadPolicy.BLOCK), transport, message);
  }

  SendRow inLine(Line line, String transport, Draft message) {
    return new SendRow(message.build(), transport, true, line);
  }

  Line line(String transport, String key, HeadPolicy policy) {
    return Line.ofKey(application, transport, "orders", key, policy);
  }

  Draft message(String businessId) {
    return new Draft(businessId);
  }

  /** Neither the error nor anything that hangs on it holds the text. */
  static void assertTellsNothingOf(String text, Throwable error) {
    for (@Nullable Throwable each = error; each != null; each = each.getCause()) {
      assertThat(each.toString()).doesNotContain(text);
      for (Throwable suppressed : each.getSuppressed()) {
        assertTellsNothingOf(text, suppressed);
      }
      if (each instanceof java.sql.SQLException sql && sql.getNextException() != null) {
        assertTellsNothingOf(text, sql.getNextException());
      }
    }
  }

  /** A message with values that a test does not care about. */
  final class Draft {

    private final String businessId;
    private UUID id = newId();
    private String topic = "orders";
    private @Nullable String key;
    private @Nullable Integer partition;
    private String type = "order.created";
    private @Nullable String contentType;
    private Map<String, String> headers = Map.of();
    private byte @Nullable [] payload = {1, 2, 3};
    private Instant created = clock.instant().truncatedTo(ChronoUnit.MICROS);

    private Draft(String businessId) {
      this.businessId = businessId;
    }

    Draft id(UUID id) {
      this.id = id;
      return this;
    }

    Draft topic(String topic) {
      this.topic = topic;
      return this;
    }

    Draft key(@Nullable String key) {
      this.key = key;
      return this;
    }

    Draft partition(int partition) {
      this.partition = partition;
      return this;
    }

    Draft type(String type) {
      this.type = type;
      return this;
    }

    Draft contentType(String contentType) {
      this.contentType = contentType;
      return this;
    }

    Draft headers(Map<String, String> headers) {
      this.headers = headers;
      return this;
    }

    Draft payload(byte @Nullable [] payload) {
      this.payload = payload;
      return this;
    }

    Draft age(Duration age) {
      created = created.minus(age);
      return this;
    }

    /** NullAway does not see that a record's array in another module may be null. */
    @SuppressWarnings("NullAway")
    OutgoingMessage build() {
      return new OutgoingMessage(
          id,
          application,
          topic,
          key,
          partition,
          businessId,
          type,
          contentType,
          headers,
          payload,
          created);
    }
  }
}
